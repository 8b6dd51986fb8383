"""`liftline press`: a cabin that presses its alarm button, talks and listens."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from liftline.settings import get_settings
from phones.cli.accounts import find_account
from phones.cli.session import Reporter, console, told_plainly
from phones.errors import PhoneError
from phones.events import Name
from phones.process import Phone

if TYPE_CHECKING:
    from phones.call import Call

ALARM: Final = "alarm"
"""What a registered cabin dials; whatever it dials is the alarm button."""
HOTLINE: Final = "96365"
"""What a cabin on the carrier's network (GSM, analogue) dials; the trunk knows it by its own number."""
METER_S: Final = 0.5
METER_FLOOR_DB: Final = -50.0
METER_WIDTH: Final = 30


def command(
    account: Annotated[
        str | None, typer.Argument(help="The cabin's account; the first cabin when none is given.")
    ] = None,
    say: Annotated[Path | None, typer.Option(help="What the passenger says: a WAV file, again and again.")] = None,
    save: Annotated[Path | None, typer.Option(help="Keep what the passenger hears in this WAV file.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Hang up after so many seconds.", min=0.1)] = None,
    dial: Annotated[str | None, typer.Option(help="Number that the button dials.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Show the level of what is heard, twice a second.")] = False,
    stay: Annotated[
        bool, typer.Option("--stay", help="Stay after the call and answer callbacks, as a cabin does.")
    ] = False,
) -> None:
    """A cabin: press the alarm button, talk and listen. Ends with the call, after --seconds, or at Ctrl-C."""
    with told_plainly():
        if say is not None and not say.is_file():
            raise PhoneError(f"{say} is no file")
        behaviour = f"auto-answer,say:{say.resolve()}" if say else "auto-answer"
        settings = get_settings()
        found = find_account(settings, account, "cabin")
        on_trunk = (found.host, found.port) == (settings.carrier_bind, settings.carrier_port)
        with Phone(found, behaviour) as cabin:
            reporter = Reporter(cabin)
            reporter.print_new()
            call = cabin.call(dial or (HOTLINE if on_trunk else ALARM), say=say.resolve() if say else None)
            try:
                _follow(call, reporter, seconds, live=live, stay=stay)
            finally:
                _keep(call, save)


def _follow(call: Call, reporter: Reporter, seconds: float | None, *, live: bool, stay: bool) -> None:
    """Show what happens until the call (or the time) is over."""
    began_at = time.monotonic()
    metered_at = began_at
    while seconds is None or time.monotonic() - began_at < seconds:
        new = reporter.wait()
        if call.is_over and not stay:
            return
        if any(event.name is Name.HANGUP and event.call == call.number for event in new):
            continue
        if live and time.monotonic() - metered_at > METER_S:
            metered_at = time.monotonic()
            _show_level(call)


def _show_level(call: Call) -> None:
    """Draw how loud the last half second was."""
    from phones.measure import levels, load  # noqa: PLC0415 — numpy only when asked for

    if not call.recording.exists():
        return
    audio = load(call.recording)
    recent = levels(audio.cut(max(0.0, audio.duration - METER_S)))
    loudest = float(recent.max()) if len(recent) else METER_FLOOR_DB
    share = min(1.0, max(0.0, 1 - loudest / METER_FLOOR_DB))
    console.print(f"{'':12}      {'█' * round(share * METER_WIDTH):<{METER_WIDTH}} {loudest:4.0f} dB", style="green")


def _keep(call: Call, save: Path | None) -> None:
    """Hang up what still runs, and put what was heard where it was asked for.

    Raises `PhoneError` when the alarm was not taken.
    """
    if not call.is_over:
        call.hangup()
    end = call.expect_hangup()
    if end.detail["by"] == "far" and not end.detail["answered"]:
        raise PhoneError(f"the alarm was not taken: {end.detail['status']} {end.detail['reason']}")
    if save is not None and call.has_media:
        shutil.copyfile(call.received_wav, save)
        console.print(f"{save}")
