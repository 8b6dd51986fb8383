"""`liftline phone ACCOUNT BEHAVIOUR…`: a guard's or maintainer's phone that behaves as told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liftline.settings import get_settings
from phones.behaviour import parse
from phones.cli.accounts import find_account
from phones.cli.session import Reporter, told_plainly
from phones.cli.texts import say
from phones.process import Phone


def command(
    account: Annotated[str, typer.Argument(help="Account or label, as `liftline up` prints it.")],
    behaviour: Annotated[
        list[str] | None,
        typer.Argument(
            help="no-answer, busy, decline, answer:3s, voicemail, key:1@2s, hangup:10s, tone:440, say:FILE …"
        ),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Folder for what each call hears, as WAV.")] = None,
) -> None:
    """A guard's or maintainer's phone that behaves as told, until Ctrl-C. Steps go together: answer:3s hangup:10s."""
    with told_plainly():
        steps = ",".join(behaviour or ["no-answer"])
        parse(steps)
        with Phone(find_account(get_settings(), account), steps, recordings=save) as phone:
            reporter = Reporter(phone, with_files=save is not None)
            reporter.print(say("waiting"))
            while True:
                reporter.wait()
