"""Hashes, proofs and canonical bytes: the standard's own vectors, and properties."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from evidence.core.canonical import canonical_json, fact_bytes, json_text, json_value, moment
from evidence.core.frontier import Frontier
from evidence.core.hashing import EMPTY_ROOT, leaf_hash
from evidence.core.keys import WITNESS_KIND, Signer, Verifier
from evidence.core.notes import Head, Note, NoteError, cosign, cosigned_at, parse_note, sign_head
from evidence.core.proofs import consistency_proof, inclusion_proof, is_consistent, root_from_inclusion

# The test tree of Certificate Transparency (RFC 6962's reference implementation): leaves and the root after each.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # index, size, path
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CONSISTENCY = [
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

NOW = datetime(2026, 11, 22, 2, 0, 0, 123456, UTC)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ordinary = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def root_of(leaves: list[bytes]) -> bytes:
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def test_roots_are_those_of_the_standards_test_tree() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.append(leaf_hash(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_standards_test_tree(index: int, size: int, path: list[str]) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    proof = inclusion_proof(index, size, lambda begin, end: root_of(leaves[begin:end]))
    assert [one.hex() for one in proof] == path


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_standards_test_tree(old: int, new: int, path: list[str]) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    proof = consistency_proof(old, new, lambda begin, end: root_of(leaves[begin:end]))
    assert [one.hex() for one in proof] == path


@given(st.data(), st.integers(1, 300))
def test_every_leaf_is_proven_and_nothing_else_is(data: st.DataObject, size: int) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, size, lambda begin, end: root_of(leaves[begin:end]))
    root = root_of(leaves)
    assert root_from_inclusion(index, size, leaves[index], path) == root
    assert root_from_inclusion(index, size, leaf_hash(b"another"), path) != root
    assert root_from_inclusion(index, size, leaves[index], [*path, root]) != root
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert root_from_inclusion(other, size, leaves[index], path) != root
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        wrong = [*path[:place], bytes(32), *path[place + 1 :]]
        assert root_from_inclusion(index, size, leaves[index], wrong) != root


@given(st.data(), st.integers(1, 300))
def test_a_log_that_grew_is_told_from_one_that_was_rewritten(data: st.DataObject, new: int) -> None:
    leaves = hashes(new)
    old = data.draw(st.integers(0, new))
    proof = consistency_proof(old, new, lambda begin, end: root_of(leaves[begin:end]))
    before, after = root_of(leaves[:old]), root_of(leaves)
    assert is_consistent(old, new, before, after, proof)
    if old:
        place = data.draw(st.integers(0, old - 1))
        rewritten = [*leaves[:place], leaf_hash(b"rewritten"), *leaves[place + 1 :]]
        again = consistency_proof(old, new, lambda begin, end: root_of(rewritten[begin:end]))
        assert not is_consistent(old, new, before, root_of(rewritten), again)
        assert not is_consistent(old, new, before, after, [*proof, after])


@given(st.lists(st.integers(0, 70), max_size=12))
def test_appending_in_bulk_gives_the_same_tree(runs: list[int]) -> None:
    leaves = hashes(sum(runs))
    tree = Frontier()
    for run in runs:
        tree.extend(leaves[tree.size : tree.size + run])
    assert (tree.size, tree.root()) == (len(leaves), root_of(leaves))


@given(ordinary)
def test_canonical_json_is_that_of_rfc_8785(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(json_values)
def test_json_that_went_through_a_database_gives_the_same_bytes(value: object) -> None:
    text = json.dumps(value)
    assert orjson.dumps(json_text(text)) == canonical_json(value)
    assert orjson.dumps(json_text(json.dumps(json.loads(text), ensure_ascii=False))) == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "\ud800", {"\ud800": [10**20, -0.0]}])
def test_what_the_standard_cannot_say_is_written_down_all_the_same(value: object) -> None:
    assert canonical_json(value) == orjson.dumps(json_text(json.dumps(value)))


def test_a_fact_is_readable_sorted_and_without_what_is_absent() -> None:
    at = datetime(2026, 11, 22, 10, 0, 0, 123456, timezone(timedelta(hours=8)))
    data = fact_bytes("node", ["at", "detail", "id", "tier"], [moment(at), json_value({"b": 1, "a": "张"}), 7, None])
    assert data.decode() == (
        '{"fact":"node","row":{"at":"2026-11-22T02:00:00.123456Z","detail":{"a":"张","b":1},"id":7},"v":1}'
    )


def test_a_head_is_a_text_that_only_its_key_can_have_signed() -> None:
    signer, other = Signer.new("log/1"), Signer.new("log/1")
    note = sign_head(Head("log/1", 3, bytes(32), NOW), signer)
    read = parse_note(str(note))
    assert (read.head, read.signed_by(signer.verifier)) == (note.head, True)
    assert not read.signed_by(other.verifier)
    assert not Note(read.head, read.body.replace("\n3\n", "\n4\n"), read.signatures).signed_by(signer.verifier)
    assert Verifier.parse(str(signer.verifier)) == signer.verifier
    for broken in (
        "",
        "x\n\n",
        str(note).replace("\n3\n", "\n03\n"),
        str(note).replace("time", "Time"),
    ):
        with pytest.raises(NoteError):
            parse_note(broken)


def test_a_countersignature_holds_for_its_head_its_time_and_its_witness() -> None:
    note = sign_head(Head("log/1", 3, bytes(32), NOW), Signer.new("log/1"))
    witness = Signer.new("centre", WITNESS_KIND)
    signature = cosign(note.body, witness, NOW)
    assert cosigned_at(note.body, signature, witness.verifier) == NOW.replace(microsecond=0)
    assert cosigned_at(note.body + "more\n", signature, witness.verifier) is None
    assert cosigned_at(note.body, signature, Signer.new("centre", WITNESS_KIND).verifier) is None
