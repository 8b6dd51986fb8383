"""Secrets are generated once and readable by their owner only."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from liftline.secrets import SecretMissingError, SecretName, ensure_secrets, keep_secret, read_secret

if TYPE_CHECKING:
    from pathlib import Path


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
