"""`liftline press` and `liftline phone` as commands, against a stand-in for the switch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phones import measure, tones
from phones.events import Name

if TYPE_CHECKING:
    from carrier import Carrier
    from liftline.settings import Settings
    from phones.process import Phone

pytestmark = pytest.mark.asterisk

ONE, TWO = "13800000001", "13800000002"
END_S = 30.0


def _liftline(settings: Settings, *words: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "LIFTLINE_HOME": str(settings.home),
        "LIFTLINE_CARRIER_PORT": str(settings.carrier_port),
        "LIFTLINE_SIP_PORT": str(settings.sip_port),
    }
    command = [sys.executable, "-m", "liftline", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.fixture
def accounts(settings: Settings, carrier: Carrier) -> None:
    at = f"{settings.carrier_bind}:{settings.carrier_port}"
    entries = [
        {"account": ONE, "password": "secret-1", "label": "电梯 A", "kind": "cabin", "uri": f"sip:{ONE}@{at}"},
        {"account": TWO, "password": "secret-2", "label": "Maintainer A", "kind": "mobile", "uri": f"sip:{TWO}@{at}"},
        {"account": "13800000003", "password": "wrong", "label": "", "kind": "mobile", "uri": ""},
    ]
    file = settings.secrets_dir / "sip-accounts.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(entries), encoding="utf-8")


@pytest.mark.usefixtures("accounts")
def test_press_says_what_happens_and_keeps_what_was_heard(settings: Settings, switch: Phone, tmp_path: Path) -> None:
    passenger = measure.save(tmp_path / "help.wav", tones.tone(700, 1))
    heard = tmp_path / "heard.wav"
    switch.behave("answer:200ms,tone:500,hangup:1500ms")
    press = _liftline(settings, "press", "--say", str(passenger), "--save", str(heard), "--live")
    arrived = switch.expect_call(within=10)
    assert arrived.caller == ONE
    arrived.expect_hangup(within=10)
    out, err = press.communicate(timeout=END_S)
    assert press.returncode == 0, err
    for line in ("已按下报警按钮 · alarm button pressed", "已接通 · connected", "对方挂断"):
        assert line in out
    assert measure.total(measure.presence(heard, 500)) > 1
    assert measure.total(measure.presence(arrived.received_wav, 700)) > 1


@pytest.mark.usefixtures("accounts")
def test_press_hangs_up_after_the_seconds_given(settings: Settings, switch: Phone) -> None:
    switch.behave("answer")
    press = _liftline(settings, "press", "电梯 A", "--seconds", "1")
    end = switch.expect_call(within=10).expect_hangup(within=10)
    assert end.detail["by"] == "far"
    press.communicate(timeout=END_S)
    assert press.returncode == 0


@pytest.mark.usefixtures("accounts")
def test_press_fails_when_the_alarm_is_not_taken(settings: Settings, switch: Phone) -> None:
    switch.behave("error:503")
    press = _liftline(settings, "press")
    _out, err = press.communicate(timeout=END_S)
    assert press.returncode == 1
    assert err == "error: the alarm was not taken: 503 Service Unavailable\n"


@pytest.mark.usefixtures("accounts")
def test_phone_behaves_until_ctrl_c(settings: Settings, switch: Phone, carrier: Carrier) -> None:
    phone = _liftline(settings, "phone", "Maintainer A", "answer:200ms", "key:1")
    killer = threading.Timer(END_S, phone.kill)  # a line that never comes must not block the test for ever
    killer.start()
    assert phone.stdout
    line = ""
    while "registered" not in line:
        line = phone.stdout.readline()
        assert line, phone.stderr and phone.stderr.read()
    call = switch.call(TWO)
    call.expect_answered()
    call.expect_key("1")
    call.hangup()
    call.expect(Name.RECORDED)
    out = ""
    while "对方挂断" not in out:  # the phone hears of it, and prints it, a moment after the caller
        line = phone.stdout.readline()
        assert line, out
        out += line
    phone.send_signal(signal.SIGINT)
    rest, err = phone.communicate(timeout=END_S)
    killer.cancel()
    out += rest
    assert (phone.returncode, err) == (0, "")
    for line in ("来电", "振铃 · ringing", "按键 1 · key pressed", "对方挂断"):
        assert line in out
    assert not carrier.is_registered(TWO)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["press", "nobody"], f"unknown account 'nobody'; there are: {ONE}, {TWO}, 13800000003"),
        (["press", "--say", "none.wav"], "none.wav is no file"),
        (["phone", "13800000003"], "registration of 13800000003 refused: 401 Unauthorized"),
        (["phone", TWO, "say:none.wav"], "none.wav is no file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(settings: Settings, words: list[str], error: str) -> None:
    command = _liftline(settings, *words)
    _out, err = command.communicate(timeout=END_S)
    assert (command.returncode, err) == (1, f"error: {error}\n")


def test_without_pjsua2_the_extra_is_named(settings: Settings, accounts: None, tmp_path: Path) -> None:
    hidden = tmp_path / "hide.py"
    hidden.write_text(
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'pjsua2': raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name == 'pjsua2' else find(name, *a)\n"
        "from liftline.cli import main\n"
        "sys.argv = ['liftline', 'press']\n"
        "main()\n"
    )
    environment = {**os.environ, "LIFTLINE_HOME": str(settings.home)}
    done = subprocess.run(
        [sys.executable, str(hidden)], capture_output=True, text=True, env=environment, timeout=END_S, check=False
    )
    expected = "error: phones need pjsua2, which is not installed: run `make phones`, or install the extra `phones`\n"
    assert (done.returncode, done.stderr) == (1, expected)


def test_a_phone_never_outlives_who_started_it(settings: Settings, accounts: None, carrier: Carrier) -> None:
    phone = _liftline(settings, "phone", TWO)
    assert phone.stdout
    while "registered" not in phone.stdout.readline():
        assert phone.poll() is None
    children = Path(f"/proc/{phone.pid}/task/{phone.pid}/children").read_text().split()
    assert children
    phone.kill()
    phone.communicate(timeout=END_S)
    deadline = time.monotonic() + END_S
    while not all(_is_gone(child) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not carrier.is_registered(TWO)


def _is_gone(pid: str) -> bool:
    """Whether the process has ended, its parent (that would reap it) being dead, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
