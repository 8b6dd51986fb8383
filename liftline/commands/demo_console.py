"""`liftline demo-console`: a live alarm on the running console, to be answered in the browser.

The guards' and the maintainer's phones ring out, so the operator sees tier after tier count down and is rung at last.
Goes on until the incident is closed (销账) on the console, or Ctrl-C.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from liftline.commands.demo import instance_running, new_folder, tell
from liftline.commands.kit import console
from liftline.parts import part
from liftline.secrets import read_json
from liftline.settings import Settings

OPERATOR = "op-1"


def command() -> None:
    """A live alarm for the console; ends when it is closed there, or at Ctrl-C."""
    live = part("demo.live", "live")
    part("pjsua2", "Endpoint")
    settings = Settings()
    with instance_running(settings):
        zone = ZoneInfo(settings.time_zone)
        try:
            live(
                settings,
                new_folder(settings),
                lambda number: _where(settings, number),
                lambda pressed, node: tell(zone, pressed, node),
            )
        except KeyboardInterrupt:
            console.print()


def _where(settings: Settings, number: str) -> None:
    entries = read_json(settings.secrets_dir, "logins.json")
    password = next((entry["password"] for entry in entries if entry["login"] == OPERATOR), "")
    page = f"http://{settings.http_bind}:{settings.http_port}"
    console.print(
        f"\n[bold]打开 · open[/]  [cyan]{page}[/]  [bold]登录 · log in[/]  [cyan]{OPERATOR}[/] / [cyan]{password}[/]  "
        f"[bold]空格接听 · space answers[/]  {number}\n",
        soft_wrap=True,
    )
