"""The evidence of the demo's alarm: fetched, accepted by its own verifier, and one altered byte found."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from demo.scene import SceneError

if TYPE_CHECKING:
    from pathlib import Path

    from demo.record import Record

VERIFY_TIMEOUT_S: Final = 60


@dataclass(frozen=True)
class Proof:
    """The bundle, and what its verifier said of it and of a copy in which one byte differs."""

    bundle: Path
    accepted: bool
    said: str
    altered: str
    """Name of the file in which one byte was changed."""
    found: bool
    complaint: str


def prove(record: Record, number: str, folder: Path) -> Proof:
    """Fetch the bundle of an incident, check it with the verifier inside it, then change one byte and check again."""
    bundle = folder / "evidence.zip"
    record.bundle(number, bundle)
    verifier = folder / "verify.py"
    with zipfile.ZipFile(bundle) as archive:
        verifier.write_bytes(archive.read("verify.py"))
        altered = next((name for name in archive.namelist() if name.endswith(".wav")), None)
    if altered is None:
        raise SceneError("the bundle has no recording in it")
    good = _verify(verifier, bundle)
    copy = folder / "evidence-altered.zip"
    _alter(bundle, copy, altered)
    bad = _verify(verifier, copy)
    return Proof(
        bundle=bundle,
        accepted=good.returncode == 0,
        said=(good.stdout or good.stderr).strip(),
        altered=altered,
        found=bad.returncode == 1 and altered in bad.stderr,
        complaint=(bad.stderr or bad.stdout).strip(),
    )


def _verify(verifier: Path, bundle: Path) -> subprocess.CompletedProcess[str]:
    # -I: nothing of this installation's folder is on the path, as on somebody else's machine.
    command = [sys.executable, "-I", str(verifier), str(bundle)]
    return subprocess.run(command, capture_output=True, text=True, timeout=VERIFY_TIMEOUT_S, check=False)


def _alter(bundle: Path, target: Path, name: str) -> None:
    """Copy a bundle, with one byte in the middle of one file changed."""
    with zipfile.ZipFile(bundle) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            data = bytearray(source.read(info))
            if info.filename == name:
                data[len(data) // 2] ^= 1
            copy.writestr(info, bytes(data))
