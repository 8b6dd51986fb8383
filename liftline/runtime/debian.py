"""Unpack Debian packages into a folder: no chroot, no mounts, no root account, nothing installed on the machine.

apt works with lists and a cache of its own in `<folder>.fetching`, so a broken-off download goes on where it
stopped; the folder itself appears in one rename when it is complete. It needs the standard library alone,
because set-up also uses it, as a script, to fetch a Python for the virtual environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

LEAST_FREE_BYTES = 1_200_000_000
"""Packages and what is in them, for a moment both at once."""

COMMAND_TIMEOUT_S = 900.0
MIRROR_VARIABLE = "LIFTLINE_DEBIAN_MIRROR"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian")
"""Of a package, what no program reads when it runs."""

Progress = Callable[[float, str], None]
"""Called with the part done, 0 to 1, and what is being done."""


class FetchError(Exception):
    """The packages could not be fetched; the message is one line that says why and how to mend it."""


def unpack(suite: str, packages: Sequence[str], folder: Path, progress: Progress, mirror: str | None = None) -> None:
    """Put `packages` of Debian's `suite`, with all they depend on, into `folder`.

    Raises `FetchError` when there is no network, no room, or no such package; `folder` is then untouched.
    """
    for tool in ("apt-get", "dpkg-deb", "tar"):
        if not shutil.which(tool):
            raise FetchError(f"{tool} is missing: this needs a Debian machine, or Asterisk and Redis installed on it")
    work = folder.with_name(folder.name + ".fetching")
    try:
        _make_folders(work)
        _check_room(work)
        apt = _apt(work, suite, mirror or os.environ.get(MIRROR_VARIABLE) or find_mirror())
        _run([*apt, "update"], lambda part, text: progress(0.15 * part, text), f"reading the package lists of {suite}")
        install = [*apt, "install", "--download-only", "--yes", *packages]
        _run(install, lambda part, text: progress(0.15 + 0.5 * part, text), "downloading")
        _unpack_all(work, lambda part, text: progress(0.65 + 0.35 * part, text))
        _put_in_place(work / "root", folder)
        shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise FetchError(f"{error.filename or folder}: {error.strerror}") from error


def find_mirror() -> str:
    """Return the address of the Debian archive that this machine's own apt sources name.

    Raises `FetchError` when they name none.
    """
    # apt itself reads every format of its sources; it prints the addresses without asking the network.
    listed = subprocess.run(
        ["apt-get", "update", "--print-uris"], capture_output=True, text=True, timeout=60, check=False
    ).stdout
    archives = re.findall(r"^'([^']+)/dists/([a-z]+)/InRelease'", listed, flags=re.MULTILINE)
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    codename = re.search(r"^VERSION_CODENAME=(\w+)", release, flags=re.MULTILINE)
    suites = {codename[1] if codename else "", "stable", "testing", "unstable", "sid", "forky"}
    if not re.search(r"^ID=debian", release, flags=re.MULTILINE):
        archives = []
    for address, suite in archives:
        if suite in suites:
            return str(address)
    raise FetchError(f"apt's sources name no Debian archive: set {MIRROR_VARIABLE} to the address of one")


def _make_folders(work: Path) -> None:
    for name in ("lists/partial", "archives/partial", "etc", "state"):
        (work / name).mkdir(parents=True, exist_ok=True)
    (work / "state/status").write_text("")  # as if nothing were installed: every dependency comes along


def _check_room(work: Path) -> None:
    free = shutil.disk_usage(work).free
    if free < LEAST_FREE_BYTES:
        raise FetchError(f"{work.parent} has {free / 1e9:.1f} GB free, {LEAST_FREE_BYTES / 1e9:.1f} GB are needed")


def _apt(work: Path, suite: str, mirror: str) -> list[str]:
    (work / "etc/sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n")
    options = {
        "Dir::Etc::SourceList": work / "etc/sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State": work / "state",
        "Dir::State::Lists": work / "lists",
        "Dir::State::Status": work / "state/status",
        "Dir::State::Extended_States": work / "state/extended_states",
        "Dir::Cache::Archives": work / "archives",
        "Dir::Cache::PkgCache": "",
        "Dir::Cache::SrcPkgCache": "",
        "Dir::Log": work / "state",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",  # the download user of apt may not enter our folder
        "APT::Status-Fd": "1",
        "Acquire::Check-Valid-Until": "false",  # a mirror may lag; signatures are checked all the same
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Acquire::http::Timeout": "30",
        "Debug::NoLocking": "true",
    }
    return ["apt-get", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]


def _run(command: list[str], progress: Progress, text: str) -> None:
    """Run apt, report `dlstatus:<n>:<percent>:<what>` lines, and turn its last complaint into a `FetchError`."""
    progress(0.0, text)
    complaints: deque[str] = deque(maxlen=3)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as apt:
        for line in apt.stdout or ():
            status = re.match(r"dlstatus:\d+:([\d.]+):", line)
            if status:
                progress(float(status[1]) / 100, text)
            elif line.startswith("E: "):
                complaints.append(line[3:].strip())
        code = apt.wait(timeout=COMMAND_TIMEOUT_S)
    if code:
        raise FetchError(complaints[0] if complaints else f"apt-get ended with code {code} while {text}")
    progress(1.0, text)


def _unpack_all(work: Path, progress: Progress) -> None:
    root = work / "root"
    shutil.rmtree(root, ignore_errors=True)
    # Older packages still say /lib and /bin; every Debian since bookworm has them under /usr.
    for name in ("bin", "lib", "lib64", "sbin"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")
    packages = sorted((work / "archives").glob("*.deb"))
    exclude = [f"--exclude=./{path}/*" for path in UNUSED]
    for done, package in enumerate(packages):
        progress(done / len(packages), f"unpacking {package.name.partition('_')[0]}")
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as reader:
            tar = ["tar", "-x", "-C", str(root), "--keep-directory-symlink", "--no-same-owner", *exclude]
            tarring = subprocess.run(
                tar, stdin=reader.stdout, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False
            )
        if tarring.returncode or reader.returncode:
            package.unlink()  # the next attempt fetches it again
            reason = (tarring.stderr.strip().splitlines() or ["broken package"])[0]
            raise FetchError(f"cannot unpack {package.name}: {reason}")
    _link_libraries(root)
    progress(1.0, "unpacked")


def _link_libraries(root: Path) -> None:
    """Name libraries as programs ask for them, where a package leaves that to the installation."""
    ldconfig = shutil.which("ldconfig", path="/usr/sbin:/sbin")
    for folder in root.glob("usr/lib/*-linux-gnu*") if ldconfig else ():
        subprocess.run([str(ldconfig), "-n", str(folder)], capture_output=True, timeout=60, check=False)


def _put_in_place(root: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    root.rename(folder)


def _print_progress(part: float, text: str) -> None:
    sys.stdout.write(f"\r\033[K  {part:4.0%} {text}" if sys.stdout.isatty() else "")
    sys.stdout.flush()


if __name__ == "__main__":
    wanted_suite, into, *wanted = sys.argv[1:]
    try:
        unpack(wanted_suite, wanted, Path(into), _print_progress)
    except FetchError as error:
        sys.exit(f"error: {error}")
    sys.stdout.write("\r\033[K" if sys.stdout.isatty() else "")
