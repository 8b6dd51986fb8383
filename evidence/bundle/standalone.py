#!/usr/bin/env python3
"""Checks a Liftline evidence bundle off line. Needs Python 3.9 or newer and the package `cryptography`.

    python3 verify.py BUNDLE.zip [--key KEY] [--witness KEY]... [--tsa-root FILE.pem]

KEY is `name+keyid+base64`, as the owner of the log or the witness publishes it. Without --key the bundle is checked
against the key it brings along: that shows that it is whole, not whose it is. Exit code 0: all holds; 1: it does not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from datetime import datetime, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "liftline-evidence/1"
UNLISTED = {"manifest.json", "manifest.sig"}


class Broken(Exception):
    """Something does not hold; the message says what."""


def need(holds: object, message: str) -> None:
    if not holds:
        raise Broken(message)


def unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


class Key:
    """A public Ed25519 key, `name+keyid+base64`."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.name, key_id, coded = self.text.split("+", 2)
        data = unbase64(coded)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        need(len(data) == 33 and self.id.hex() == key_id, f"{self.text} is no key")
        self.public = Ed25519PublicKey.from_public_bytes(data[1:])

    def signed(self, signature: bytes, message: bytes) -> bool:
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return None
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return a head's text and its signatures (name, key id, signature)."""
    body, _, lines = note.rpartition("\n\n")
    found = []
    for line in lines.splitlines():
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        need(match, "a head's signature line is damaged")
        data = unbase64(match[2])
        found.append((match[1], data[:4], data[4:]))
    return body + "\n", found


def read_files(bundle: zipfile.ZipFile, key: Key) -> dict:
    """Check that every file is the one the manifest names, and no other is there; return the manifest."""
    raw = bundle.read("manifest.json")
    need(key.signed(unbase64(bundle.read("manifest.sig").decode().strip()), raw), "manifest.json: the signature does not hold")
    manifest = json.loads(raw)
    need(manifest["format"] == FORMAT, f"this verifier reads {FORMAT}, not {manifest['format']}")
    names = bundle.namelist()
    need(len(names) == len(set(names)), "a file is there twice")
    for name in sorted(set(names) - set(manifest["files"]) - UNLISTED):
        raise Broken(f"{name}: not in the manifest, somebody added it")
    for name, expected in manifest["files"].items():
        need(name in names, f"{name}: missing")
        digest = hashlib.sha256()
        with bundle.open(name) as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                digest.update(part)
        need(digest.hexdigest() == expected["sha256"], f"{name}: altered")
    return manifest


def check_keys(proofs: dict, pinned: str | None) -> Key:
    """Check that each key was signed by the one before; return the one in use."""
    rows = [(Key(row["verifier"]), row) for row in proofs["keys"]]
    need(rows, "the bundle brings no key")
    known = None
    for place, (key, row) in enumerate(rows):
        if key.text == (pinned or "").strip():
            known = place
        if place:
            before = rows[place - 1][0]
            text = f"liftline key rotation v1\n{before.text}\n{key.text}\n{row['at']}\n".encode()
            handed = row["signature"] and before.name == key.name and before.signed(unbase64(row["signature"]), text)
            need(handed or known == place, f"key {key.id.hex()} was not signed by the key before it")
    need(pinned is None or known is not None, "the log's key is not the one given with --key, nor comes from it")
    return rows[-1][0]


def check_head(proofs: dict, keys: list[Key]) -> tuple[int, bytes, str]:
    body, signatures = split_note(proofs["head"])
    held = any(
        name == key.name and key_id == key.id and key.signed(signature, body.encode())
        for name, key_id, signature in signatures
        for key in keys
    )
    need(held, "the head's signature does not hold")
    _, size, root, at = body.splitlines()[:4]
    return int(size), unbase64(root), at[len("time ") :]


def check_facts(bundle: zipfile.ZipFile, proofs: dict, size: int, root: bytes) -> list[dict]:
    """Check each fact's place in the head; return the facts."""
    found = []
    last = -1
    for entry in proofs["facts"]:
        data = entry["data"].encode()
        fact = json.loads(data)
        what = f"{fact['fact']} {fact['row']['id']}"
        need(entry["index"] > last, f"{what}: out of order")
        last = entry["index"]
        leaf = hashlib.sha256(b"\x00" + data).digest()
        led = root_from_path(entry["index"], size, leaf, [unbase64(one) for one in entry["path"]])
        need(led == root, f"{what}: altered, or never part of the log (leaf {entry['index']})")
        found.append({**fact, "index": entry["index"]})
    rows = {kind: [one["row"] for one in found if one["fact"] == kind] for kind in ("incident", "node", "recording")}
    need(len(rows["incident"]) == 1, "the incident itself is missing")
    number = rows["incident"][0]["id"]
    need(all(row.get("incident_id") == number for row in rows["node"] + rows["recording"]), "a record of another incident")
    seqs = sorted(row["seq"] for row in rows["node"])
    need(seqs == list(range(1, len(seqs) + 1)), "response nodes are missing")
    for row in rows["recording"]:
        if row.get("sha256"):
            name = f"recordings/{row['file']}"
            need(name in bundle.namelist(), f"{name}: missing")
            digest = hashlib.sha256(bundle.read(name)).hexdigest()
            need(digest == row["sha256"], f"{name}: not the recording that was logged")
    return found


def check_timeline(bundle: zipfile.ZipFile, facts: list[dict]) -> None:
    """Check that the timeline tells what the proven records say, and nothing else."""
    timeline = json.loads(bundle.read("timeline.json"))
    rows = {one["row"]["id"]: one for one in facts if one["fact"] == "node"}
    need(len(timeline["nodes"]) == len(rows), "timeline.json: not all response nodes, or too many")
    for node in timeline["nodes"]:
        fact = rows.get(node["id"])
        need(fact, f"timeline.json: node {node['id']} is not proven")
        for name in ("at", "kind", "seq", "who", "target", "tier", "role", "round", "detail"):
            need(node.get(name) == fact["row"].get(name), f"timeline.json: node {node['id']}: {name} was changed")
    incident = next(one["row"] for one in facts if one["fact"] == "incident")
    for name in ("number", "place", "caller", "origin"):
        need(timeline["incident"].get(name) == incident.get(name), f"timeline.json: {name} was changed")


def check_journal(bundle: zipfile.ZipFile, facts: list[dict]) -> int:
    """Compare the switch's own lines with the records made from them; return how many there are."""
    count = 0
    nodes = {(row.get("segment"), row.get("offset")): row for row in (one["row"] for one in facts if one["fact"] == "node")}
    for text in bundle.read("journal.jsonl").decode().splitlines():
        entry = json.loads(text)
        row = nodes.get((entry["segment"], entry["offset"]))
        need(row, f"journal.jsonl: a line that no record came from (offset {entry['offset']})")
        line = {name.lower(): value for name, value in json.loads(entry["line"]).items()}
        at = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", line["eventtime"]))
        at = at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at
        same = (line.get("userdeftype") or line["eventtype"]) == row["kind"]
        same = same and abs((at - datetime.fromisoformat(row["at"].replace("Z", "+00:00"))).total_seconds()) < 0.001
        need(same, f"journal.jsonl: the line at {entry['offset']} says something else than node {row['id']}")
        count += 1
    return count


def check_countersignatures(proofs: dict, trusted: list[Key], roots: list[x509.Certificate]) -> list[str]:
    """Return what each countersignature says; one that does not hold breaks the bundle."""
    body, _ = split_note(proofs["head"])
    said = []
    for one in proofs["countersignatures"]:
        if one["kind"] == "timestamp":
            at, subject, rooted = check_token(unbase64(one["content"]), body.encode(), roots)
            said.append(f"time stamp {at} by {subject}" + ("" if rooted else " (no --tsa-root given: its certificate is not checked)"))
            continue
        match = re.fullmatch(r"— (\S+) (\S+)", one["content"])
        need(match, "a countersignature is damaged")
        data = unbase64(match[2])
        stamp = int.from_bytes(data[4:12], "big")
        text = f"cosignature/v1\ntime {stamp}\n{body}".encode()
        key = next((key for key in trusted if key.name == match[1] and key.id == data[:4]), None)
        given = key is not None
        key = key or Key(one["key"])
        need(key.name == match[1] and key.id == data[:4] and key.signed(data[12:], text), f"the countersignature of {match[1]} does not hold")
        at = datetime.fromtimestamp(stamp, timezone.utc).isoformat()
        said.append(f"countersigned {at} by witness {key.name}" + ("" if given else " (key from the bundle: compare it, --witness)"))
    return said


# RFC 3161 time stamps: as much of DER and CMS as they need.


def der(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Return tag, begin and end of the element at `at`."""
    length, begin = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + count], "big"), begin + count
    need(begin + length <= len(data), "a time stamp is damaged")
    return data[at], begin, begin + length


def parts(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the elements inside: tag, content, whole."""
    found, at = [], 0
    while at < len(data):
        tag, begin, end = der(data, at)
        found.append((tag, data[begin:end], data[at:end]))
        at = end
    return found


DIGESTS = {
    bytes.fromhex("608648016503040201"): hashes.SHA256,
    bytes.fromhex("608648016503040202"): hashes.SHA384,
    bytes.fromhex("608648016503040203"): hashes.SHA512,
}
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")


def digest(algorithm: bytes, data: bytes) -> bytes:
    found = hashes.Hash(DIGESTS[algorithm]())
    found.update(data)
    return found.finalize()


def check_token(response: bytes, body: bytes, roots: list[x509.Certificate]) -> tuple[str, str, bool]:
    """Return time, signer, and whether its certificate comes from a root given."""
    try:
        answer = parts(parts(response)[0][1])
        signed = parts(parts(parts(parts(answer[1][2])[0][1])[1][1])[0][1])
        content = parts(parts(parts(signed[2][1])[1][1])[0][1])[0] if parts(signed[2][1])[1][0] == 0xA0 else None
        info_raw = parts(parts(signed[2][1])[1][1])[0][1]
        info = parts(parts(info_raw)[0][1])
        imprint = parts(info[2][1])
        need(digest(parts(imprint[0][1])[0][1], body) == imprint[1][1], "the time stamp is over another head")
        at = datetime.strptime(info[4][1].decode().split(".")[0].rstrip("Z"), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        certificates = [x509.load_der_x509_certificate(raw) for tag, c, w in signed if tag == 0xA0 for _, _, raw in parts(c)]
        signer = parts(parts(signed[-1][1])[0][1])
        serial = int.from_bytes(parts(signer[1][1])[1][1], "big", signed=True)
        algorithm = parts(signer[2][1])[0][1]
        attributes = signer[3]
        need(attributes[0] == 0xA0, "a time stamp without signed attributes")
        named = {parts(one)[0][1]: parts(parts(one)[1][1])[0][1] for _, one, _ in parts(attributes[1])}
        need(named[MESSAGE_DIGEST] == digest(algorithm, info_raw), "the time stamp's content was changed")
        certificate = next(one for one in certificates if one.serial_number == serial)
        check_signature(certificate.public_key(), signer[5][1], b"\x31" + attributes[2][1:], DIGESTS[algorithm]())
        rooted = bool(roots) and chain(certificate, certificates, roots)
    except (IndexError, KeyError, ValueError, StopIteration) as error:
        raise Broken(f"a time stamp is damaged: {type(error).__name__}") from None
    except InvalidSignature:
        raise Broken("a time stamp's signature does not hold") from None
    need(rooted or not roots, "the time stamp's certificate does not come from the root given")
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    need(x509.oid.ExtendedKeyUsageOID.TIME_STAMPING in usage, "not a time-stamping certificate")
    return at.isoformat(), certificate.subject.rfc4514_string(), rooted


def check_signature(key: object, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(algorithm))
    else:
        raise Broken("the time stamp is signed in a way this verifier does not know")


def chain(certificate: x509.Certificate, between: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Return whether a chain of at most five leads to a root."""
    for _ in range(5):
        for root in roots:
            if certificate == root:
                return True
            try:
                certificate.verify_directly_issued_by(root)
            except (ValueError, TypeError, InvalidSignature):
                continue
            return True
        issuer = next((one for one in between if one.subject == certificate.issuer and one != certificate), None)
        if issuer is None:
            return False
        certificate.verify_directly_issued_by(issuer)
        certificate = issuer
    return False


def check(path: str, pinned: str | None, witnesses: list[str], root_files: list[str]) -> None:
    trusted = [Key(text) for text in witnesses]
    roots = [one for name in root_files for one in x509.load_pem_x509_certificates(open(name, "rb").read())]
    with zipfile.ZipFile(path) as bundle:
        proofs = json.loads(bundle.read("proofs.json"))
        key = check_keys(proofs, pinned)
        manifest = read_files(bundle, key)
        size, root, at = check_head(proofs, [Key(row["verifier"]) for row in proofs["keys"]])
        facts = check_facts(bundle, proofs, size, root)
        check_timeline(bundle, facts)
        lines = check_journal(bundle, facts)
        said = check_countersignatures(proofs, trusted, roots)
    print(f"OK  incident {manifest['incident']}: {len(facts)} records, {lines} journal lines, {len(manifest['files'])} files")
    print(f"    proven by the head of {size} leaves, signed {at} by {key.name} (key {key.id.hex()})")
    for line in said:
        print(f"    {line}")
    if not said:
        print("    not countersigned by anybody: against the log's own owner this proves nothing")
    if pinned is None:
        print(f"    key from the bundle itself: compare it with the one its owner publishes (--key)\n    {key.text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--key")
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--tsa-root", action="append", default=[])
    given = parser.parse_args()
    try:
        check(given.bundle, given.key, given.witness, given.tsa_root)
    except Broken as error:
        print(f"NOT OK  {error}", file=sys.stderr)
        return 1
    except (KeyError, TypeError, ValueError, IndexError, OSError, zipfile.BadZipFile, StopIteration, InvalidSignature) as error:
        print(f"NOT OK  the bundle is damaged: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
