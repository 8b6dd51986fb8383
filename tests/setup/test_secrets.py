"""Secrets are generated once and readable by their owner only."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from liftline.secrets import SecretMissingError, SecretName, ensure_secrets, keep_secret, read_secret
from liftline.settings import get_settings

if TYPE_CHECKING:
    from pathlib import Path


MIN_SECRET = 16
"""Characters; shorter texts stand in files by chance."""


def test_files_are_0600_in_a_0700_folder_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ensure_secrets(tmp_path / "secrets")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    files = list((tmp_path / "secrets").iterdir())
    assert {path.name for path in files} == {name.value for name in SecretName}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_what_exists_is_never_overwritten(tmp_path: Path) -> None:
    assert keep_secret(tmp_path, "ami", "first")

    assert not keep_secret(tmp_path, "ami", "second")
    assert "ami" not in ensure_secrets(tmp_path)
    assert read_secret(tmp_path, "ami") == "first"


def test_two_starters_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda n: keep_secret(tmp_path, "ami", str(n)), range(40)))

    assert written.count(True) == 1
    assert read_secret(tmp_path, "ami") == str(written.index(True))
    assert [path.name for path in tmp_path.iterdir()] == ["ami"]


def test_a_missing_secret_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError, match="liftline up"):
        read_secret(tmp_path, "ami")


def test_nothing_in_a_fresh_home_that_holds_a_secret_can_be_read_by_others(tmp_path: Path) -> None:
    """Set up as `liftline run setup` does; then look at every file for every secret and every digest of one."""
    home = tmp_path / "home"
    environment = os.environ | {"LIFTLINE_HOME": str(home), "LIFTLINE_ANNOUNCEMENTS": "false"}
    environment["LIFTLINE_RUNTIME"] = str(get_settings().runtime)
    command = [sys.executable, "-m", "liftline", "run", "setup"]
    before = os.umask(0)
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=100)
    finally:
        os.umask(before)

    found = {path.name: path.read_bytes().strip() for path in (home / "secrets").iterdir()}
    assert {name.value for name in SecretName} <= found.keys()
    accounts = json.loads(found.pop("sip-accounts.json"))
    secrets = {name: text for name, text in found.items() if len(text) >= MIN_SECRET and b"\n" not in text}
    assert len(secrets) >= len(SecretName)
    open_files, holders = [], set()
    for path in home.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        held = {name for name, text in secrets.items() if text in data}
        held |= {"account" for text in _texts(accounts) if len(text) >= MIN_SECRET and text.encode() in data}
        if path.suffix == ".db":
            held.add("digests")
        if held:
            holders |= held
            if stat.S_IMODE(path.stat().st_mode) & 0o077 and not _hidden(path.parent, home):
                open_files.append((str(path.relative_to(home)), sorted(held)))
    assert open_files == []
    assert {"ami", "digests"} <= holders, "the search itself finds what is there"


def _hidden(folder: Path, home: Path) -> bool:
    """Whether a folder on the way up to the home keeps others out."""
    while folder != home.parent:
        if not stat.S_IMODE(folder.stat().st_mode) & 0o077:
            return True
        folder = folder.parent
    return False


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
