"""A bundle proves its incident to who has nothing of ours, and no tampered one does."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from evidence_world import Place, Postgres, TimeStamps, WitnessServer, attest_now, filled, given_place

from evidence.bundle.contents import NotProvenError
from evidence.bundle.make import NoSuchIncidentError, make_bundle
from evidence.bundle.ringing import ringings
from evidence.core.keys import Signer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Change = Callable[[dict[str, bytes]], None]


def bundle_of(place: Place, folder: Path, number: int = 1) -> Path:
    make_bundle(place.settings, place.engine, place.number(number), folder / "bundle.zip", datetime.now(UTC))
    return folder / "bundle.zip"


def alone(bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the bundle's own verifier in a folder of its own, without anything of ours on its path."""
    folder = bundle.parent / "alone"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(bundle) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    blind = (
        "import sys, runpy\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'evidence', 'store', 'liftline', 'sqlalchemy', 'orjson', 'rfc8785'}:\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    command = [sys.executable, "-c", f"import sys; sys.argv = sys.argv[1:]\n{blind}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [*command, str(folder / "verify.py"), str(bundle), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=60,
        check=False,
    )


def changed(bundle: Path, change: Change) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    target = bundle.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def resigned(files: dict[str, bytes], place: Place) -> None:
    """What the log's own owner can do: make a manifest that fits, and sign it."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if not name.startswith("manifest.")
    }
    files["manifest.json"] = json.dumps(manifest).encode()
    signature = place.ring.signer(datetime.now(UTC)).sign(files["manifest.json"])
    files["manifest.sig"] = base64.b64encode(signature)


def test_a_real_bundle_is_accepted_with_all_that_countersigned_it(
    place: Place, tmp_path: Path, witness: WitnessServer, authority: TimeStamps
) -> None:
    watched = given_place(
        place.settings.home,
        evidence_witnesses=witness.setting,
        evidence_timestamp_url=authority.url,
        evidence_timestamp_roots=authority.roots,
    )
    key = str(watched.ring.signer(datetime.now(UTC)).verifier)
    witness.start([key])
    attest_now(watched)
    bundle = bundle_of(watched, tmp_path)
    said = alone(bundle, "--key", key, "--witness", str(witness.signer.verifier), "--tsa-root", str(authority.roots))
    assert said.returncode == 0, said.stderr
    assert "countersigned" in said.stdout
    assert "time stamp" in said.stdout
    assert "not checked" not in said.stdout
    assert "compare it" not in said.stdout
    other = TimeStamps(tmp_path / "other")
    (tmp_path / "other").mkdir()
    other.start()
    other.stop()
    assert "does not come from the root" in alone(bundle, "--tsa-root", str(other.roots)).stderr


def test_a_bundle_is_whole_and_readable(place: Place, tmp_path: Path) -> None:
    bundle = bundle_of(place, tmp_path)
    said = alone(bundle)
    assert said.returncode == 0, said.stderr
    assert "not countersigned by anybody" in said.stdout
    with zipfile.ZipFile(bundle) as archive:
        timeline = json.loads(archive.read("timeline.json"))
        assert archive.read("timeline.pdf").startswith(b"%PDF")
    kinds = [node["kind"] for node in timeline["nodes"]]
    assert kinds[0] == "alarm_raised"
    assert "closed" in kinds
    assert {node["who"] for node in timeline["nodes"] if node["kind"] == "leg_accepted"} == {"值班员 1"}
    assert timeline["incident"]["place"]["property"] == "物业 1"
    assert all(len(node["local"]) == len("2026-11-22 10:00:00.123") for node in timeline["nodes"])


def byte(name: str, place: int = 1000) -> Change:
    def change(files: dict[str, bytes]) -> None:
        (full,) = (one for one in files if one.endswith(name))
        data = bytearray(files[full])
        data[place % len(data)] ^= 1
        files[full] = bytes(data)

    return change


def without(name: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        (full,) = (one for one in files if one.endswith(name))
        del files[full]

    return change


def with_stranger(files: dict[str, bytes]) -> None:
    files["more.wav"] = b"RIFF"


@pytest.mark.parametrize(
    "change",
    [
        byte(".wav"),
        byte("timeline.pdf"),
        byte("timeline.json"),
        byte("proofs.json"),
        byte("README.txt"),
        byte("manifest.json", 60),
        byte("manifest.sig", 20),
        without(".wav"),
        without("journal.jsonl"),
        without("manifest.sig"),
        with_stranger,
    ],
)
def test_a_bundle_that_anybody_changed_is_refused(place: Place, tmp_path: Path, change: Change) -> None:
    said = alone(changed(bundle_of(place, tmp_path), change))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("NOT OK")
    assert "Traceback" not in said.stderr


def edit(name: str, how: Callable[[dict], None]) -> Change:  # type: ignore[type-arg]
    def change(files: dict[str, bytes]) -> None:
        document = json.loads(files[name])
        how(document)
        files[name] = json.dumps(document, ensure_ascii=False).encode()

    return change


def other_wav(files: dict[str, bytes]) -> None:
    (name,) = (one for one in files if one.endswith(".wav"))
    files[name] = files[name][:-2] + b"\0\1"


def replaced(old: str, new: str) -> Change:
    return edit(
        "proofs.json", lambda document: [one.update(data=one["data"].replace(old, new)) for one in document["facts"]]
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (replaced("guard-1", "guard-2"), "altered, or never part of the log"),
        (edit("proofs.json", lambda d: d["facts"].pop(3)), "response nodes are missing"),
        (edit("proofs.json", lambda d: d["facts"].reverse()), "out of order"),
        (edit("proofs.json", lambda d: d["facts"][2].update(index=3)), ""),
        (edit("proofs.json", lambda d: d.update(head=d["head"].replace("time 20", "time 19"))), "head's signature"),
        (edit("timeline.json", lambda d: d["nodes"][2].update(at="2026-01-01T00:00:00.000000Z")), "at was changed"),
        (edit("timeline.json", lambda d: d["nodes"][3].update(who="别人")), "who was changed"),
        (edit("timeline.json", lambda d: d["nodes"].pop()), "not all response nodes"),
        (edit("timeline.json", lambda d: d["incident"]["place"].update(name="别处")), "place was changed"),
        (other_wav, "not the recording that was logged"),
    ],
)
def test_a_bundle_that_the_owner_changed_and_signed_again_is_refused(
    place: Place, tmp_path: Path, change: Change, says: str
) -> None:
    def by_the_owner(files: dict[str, bytes]) -> None:
        change(files)
        resigned(files, place)

    said = alone(changed(bundle_of(place, tmp_path), by_the_owner))
    assert said.returncode == 1
    assert says in said.stderr


def test_a_key_from_elsewhere_is_not_taken_for_the_owners(place: Place, tmp_path: Path) -> None:
    bundle = bundle_of(place, tmp_path)
    own = str(place.ring.signer(datetime.now(UTC)).verifier)
    place.ring.rotate(datetime.now(UTC))
    assert alone(bundle, "--key", own).returncode == 0
    assert alone(bundle_of(place, tmp_path), "--key", own).returncode == 0
    stranger = str(Signer.new(place.ring.signer(datetime.now(UTC)).verifier.name).verifier)
    assert "is not the one given" in alone(bundle, "--key", stranger).stderr


def test_no_bundle_is_made_of_what_is_not_proven(place: Place, tmp_path: Path) -> None:
    with pytest.raises(NoSuchIncidentError):
        make_bundle(place.settings, place.engine, "20200101-0001", tmp_path / "x.zip", datetime.now(UTC))
    place.tamper("update nodes set target = 'x' where id = 4")
    with pytest.raises(NotProvenError, match="node 4"):
        bundle_of(place, tmp_path)
    assert list(tmp_path.glob("*.zip*")) == []


def test_the_verifier_of_a_bundle_that_is_no_bundle_says_so(place: Place, tmp_path: Path) -> None:
    bundle_of(place, tmp_path)
    alone(tmp_path / "bundle.zip")
    broken = tmp_path / "broken.zip"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("verify.py", (tmp_path / "alone" / "verify.py").read_bytes())
        archive.writestr("proofs.json", "[]")
    broken.write_bytes(stream.getvalue())
    said = alone(broken)
    assert (said.returncode, said.stderr.splitlines()[0][:6]) == (1, "NOT OK")


def test_how_long_a_phone_rang_is_told_from_when_it_was_called() -> None:
    def node(kind: str, second: int, **more: object) -> dict[str, object]:
        at = f"2026-11-22T02:00:{second:02d}.000000Z"
        return {"kind": kind, "at": at, "call_id": 1, "tier": 1, "detail": {}, **more}

    story = [
        node("leg_dialled", 1, target="a", role="property"),
        node("leg_dialled", 1, target="b"),
        node("leg_failed", 17, target="a", detail={"ring_ms": 500, "status": "NOANSWER"}),
        node("tier_finished", 18),
        node("leg_dialled", 19, target="c"),
    ]
    found = ringings(story)  # type: ignore[arg-type]
    assert [(one.target, one.rang_s, one.outcome) for one in found] == [
        ("a", 15.5, "leg_failed"),
        ("b", 17.0, "tier_finished"),
        ("c", None, None),
    ]


@pytest.mark.xdist_group("evidence-postgresql")
def test_a_bundle_from_postgresql_is_accepted(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create()
    filled(tmp_path / "home", datetime.now(UTC), database_url=url)
    place = given_place(tmp_path / "home", database_url=url)
    assert alone(bundle_of(place, tmp_path)).returncode == 0
    assert place.check().findings == []
    place.tamper("update nodes set target = 'x' where id = 4", "delete from nodes where id = 6")
    assert sorted(place.found()) == [("altered", "node 4"), ("missing", "node 6")]
    place.engine.dispose()
