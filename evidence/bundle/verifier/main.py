"""Checks a Liftline evidence bundle off line. Needs Python 3.11 or newer and the package `cryptography`.

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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence.bundle.verifier.tokens import BrokenError, check_token, need

Document = dict[str, Any]
FORMAT = "liftline-evidence/1"
KEY_BYTES = 33
SAME_S = 0.001
"""The journal's times have microseconds, and the last digit may be rounded."""
UNLISTED = {"manifest.json", "manifest.sig"}


def unbase64(text: str) -> bytes:
    """Return the bytes of base64 text."""
    return base64.b64decode(text, validate=True)


class Key:
    """A public Ed25519 key, `name+keyid+base64`."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.name, key_id, coded = self.text.split("+", 2)
        data = unbase64(coded)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        need(len(data) == KEY_BYTES and self.id.hex() == key_id, f"{self.text} is no key")
        self.public = Ed25519PublicKey.from_public_bytes(data[1:])

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Return whether this key signed the message."""
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962)."""
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
        if match is None:
            raise BrokenError("a head's signature line is damaged")
        data = unbase64(match[2])
        found.append((match[1], data[:4], data[4:]))
    return body + "\n", found


def read_files(bundle: zipfile.ZipFile, key: Key) -> Document:
    """Check that every file is the one the manifest names, and no other is there; return the manifest."""
    raw = bundle.read("manifest.json")
    need(
        key.signed(unbase64(bundle.read("manifest.sig").decode().strip()), raw),
        "manifest.json: the signature does not hold",
    )
    manifest: Document = json.loads(raw)
    need(manifest["format"] == FORMAT, f"this verifier reads {FORMAT}, not {manifest['format']}")
    names = bundle.namelist()
    need(len(names) == len(set(names)), "a file is there twice")
    for name in sorted(set(names) - set(manifest["files"]) - UNLISTED):
        raise BrokenError(f"{name}: not in the manifest, somebody added it")
    for name, expected in manifest["files"].items():
        need(name in names, f"{name}: missing")
        digest = hashlib.sha256()
        with bundle.open(name) as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                digest.update(part)
        need(digest.hexdigest() == expected["sha256"], f"{name}: altered")
    return manifest


def check_keys(proofs: Document, pinned: str | None) -> Key:
    """Check that each key was signed by the one before; return the one in use.

    It must have signed the manifest, and so vouches for the keys before it, which are in the bundle.
    """
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


def check_head(proofs: Document, keys: list[Key]) -> tuple[int, bytes, str]:
    """Check the head's signature; return its size, root and time."""
    body, signatures = split_note(proofs["head"])
    held = any(
        name == key.name and key_id == key.id and key.signed(signature, body.encode())
        for name, key_id, signature in signatures
        for key in keys
    )
    need(held, "the head's signature does not hold")
    _, size, root, at = body.splitlines()[:4]
    return int(size), unbase64(root), at[len("time ") :]


def check_facts(bundle: zipfile.ZipFile, proofs: Document, size: int, root: bytes) -> list[Document]:
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
    need(
        all(row.get("incident_id") == number for row in rows["node"] + rows["recording"]),
        "a record of another incident",
    )
    seqs = sorted(row["seq"] for row in rows["node"])
    need(seqs == list(range(1, len(seqs) + 1)), "response nodes are missing")
    for row in rows["recording"]:
        if row.get("sha256"):
            name = f"recordings/{row['file']}"
            need(name in bundle.namelist(), f"{name}: missing")
            digest = hashlib.sha256(bundle.read(name)).hexdigest()
            need(digest == row["sha256"], f"{name}: not the recording that was logged")
    return found


def check_timeline(bundle: zipfile.ZipFile, facts: list[Document]) -> None:
    """Check that the timeline tells what the proven records say, and nothing else."""
    timeline = json.loads(bundle.read("timeline.json"))
    rows = {one["row"]["id"]: one for one in facts if one["fact"] == "node"}
    need(len(timeline["nodes"]) == len(rows), "timeline.json: not all response nodes, or too many")
    for node in timeline["nodes"]:
        fact = rows.get(node["id"])
        if fact is None:
            raise BrokenError(f"timeline.json: node {node['id']} is not proven")
        for name in ("at", "kind", "seq", "who", "target", "tier", "role", "round", "detail"):
            need(node.get(name) == fact["row"].get(name), f"timeline.json: node {node['id']}: {name} was changed")
    incident = next(one["row"] for one in facts if one["fact"] == "incident")
    for name in ("number", "place", "caller", "origin"):
        need(timeline["incident"].get(name) == incident.get(name), f"timeline.json: {name} was changed")


def check_journal(bundle: zipfile.ZipFile, facts: list[Document]) -> int:
    """Compare the switch's own lines with the records made from them; return how many there are."""
    count = 0
    nodes = {
        (row.get("segment"), row.get("offset")): row for row in (one["row"] for one in facts if one["fact"] == "node")
    }
    for text in bundle.read("journal.jsonl").decode().splitlines():
        entry = json.loads(text)
        row = nodes.get((entry["segment"], entry["offset"]))
        if row is None:
            raise BrokenError(f"journal.jsonl: a line that no record came from (offset {entry['offset']})")
        line = {name.lower(): value for name, value in json.loads(entry["line"]).items()}
        at = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", line["eventtime"]))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        same = (line.get("userdeftype") or line["eventtype"]) == row["kind"]
        same = same and abs((at - datetime.fromisoformat(row["at"])).total_seconds()) < SAME_S
        need(same, f"journal.jsonl: the line at {entry['offset']} says something else than node {row['id']}")
        count += 1
    return count


def check_countersignatures(proofs: Document, trusted: list[Key], roots: list[x509.Certificate]) -> list[str]:
    """Return what each countersignature says; one that does not hold breaks the bundle."""
    body, _ = split_note(proofs["head"])
    said = []
    for one in proofs["countersignatures"]:
        if one["kind"] == "timestamp":
            at, subject, rooted = check_token(unbase64(one["content"]), body.encode(), roots)
            said.append(
                f"time stamp {at} by {subject}"
                + ("" if rooted else " (no --tsa-root given: its certificate is not checked)")
            )
            continue
        match = re.fullmatch(r"— (\S+) (\S+)", one["content"])
        if match is None:
            raise BrokenError("a countersignature is damaged")
        data = unbase64(match[2])
        stamp = int.from_bytes(data[4:12], "big")
        text = f"cosignature/v1\ntime {stamp}\n{body}".encode()
        key = next((key for key in trusted if key.name == match[1] and key.id == data[:4]), None)
        given = key is not None
        key = key or Key(one["key"])
        need(
            key.name == match[1] and key.id == data[:4] and key.signed(data[12:], text),
            f"the countersignature of {match[1]} does not hold",
        )
        at = datetime.fromtimestamp(stamp, UTC).isoformat()
        said.append(
            f"countersigned {at} by witness {key.name}"
            + ("" if given else " (key from the bundle: compare it, --witness)")
        )
    return said


def check(path: str, pinned: str | None, witnesses: list[str], root_files: list[str]) -> None:
    """Check a bundle and say what it shows; raise `BrokenError` when something does not hold."""
    trusted = [Key(text) for text in witnesses]
    roots = [one for name in root_files for one in x509.load_pem_x509_certificates(Path(name).read_bytes())]
    with zipfile.ZipFile(path) as bundle:
        proofs = json.loads(bundle.read("proofs.json"))
        key = check_keys(proofs, pinned)
        manifest = read_files(bundle, key)
        size, root, at = check_head(proofs, [Key(row["verifier"]) for row in proofs["keys"]])
        facts = check_facts(bundle, proofs, size, root)
        check_timeline(bundle, facts)
        lines = check_journal(bundle, facts)
        said = check_countersignatures(proofs, trusted, roots)
    counts = f"{len(facts)} records, {lines} journal lines, {len(manifest['files'])} files"
    print(f"OK  incident {manifest['incident']}: {counts}")
    print(f"    proven by the head of {size} leaves, signed {at} by {key.name} (key {key.id.hex()})")
    for line in said:
        print(f"    {line}")
    if not said:
        print("    not countersigned by anybody: against the log's own owner this proves nothing")
    if pinned is None:
        print(f"    key from the bundle itself: compare it with the one its owner publishes (--key)\n    {key.text}")


def main() -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--key")
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--tsa-root", action="append", default=[])
    given = parser.parse_args()
    try:
        check(given.bundle, given.key, given.witness, given.tsa_root)
    except BrokenError as error:
        print(f"NOT OK  {error}", file=sys.stderr)
        return 1
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        OSError,
        zipfile.BadZipFile,
        StopIteration,
        InvalidSignature,
    ) as error:
        print(f"NOT OK  the bundle is damaged: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
