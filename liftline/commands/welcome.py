"""What `liftline up` prints when everything is healthy: addresses, log-ins, SIP accounts."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from rich.table import Table

from liftline.certificates import files
from liftline.certificates.names import console_url
from liftline.commands.kit import console
from liftline.parts import part
from liftline.secrets import SecretMissingError, read_json

if TYPE_CHECKING:
    from liftline.settings import Settings

LOGINS = "logins.json"
ACCOUNTS = "sip-accounts.json"


def welcome(settings: Settings) -> None:
    """Print how to reach the instance."""
    console.print()
    console.print(f"[bold]Console and API[/]  {console_url(settings)}")
    _root(settings)
    console.print(f"[bold]SIP registrar[/]    {settings.sip_bind}:{settings.sip_port} (UDP, TCP), "
                  f"{settings.sip_tls_port} (TLS)")  # fmt: skip
    if settings.pretend_carrier:
        console.print(f"[bold]Mobile carrier[/]   {settings.carrier_bind}:{settings.carrier_port} (UDP, pretend)")
    console.print(f"[bold]State[/]            {settings.home}")
    _table(settings, LOGINS, "Log-ins", ("login", "password", "role", "name"))
    _table(settings, ACCOUNTS, "SIP accounts", ("account", "password", "kind", "label"))


def _root(settings: Settings) -> None:
    """Tell where browsers get our root certificate, and its SHA-256, where they need it."""
    shown = part("liftline.certificates.serving", "served")(settings)
    if settings.https and shown.web == files.issued(settings):
        with contextlib.suppress(part("liftline.certificates.looking", "CertificateError")):
            found = part("liftline.certificates.looking", "look")(files.root(settings).certificate)
            where = f"http{console_url(settings).removeprefix('https')}/certificate"
            console.print(f"[bold]Root certificate[/] {where} (install it once on each desk)", soft_wrap=True)
            console.print(f"                 SHA-256 {found.fingerprint}", soft_wrap=True)


def _table(settings: Settings, file: str, title: str, columns: tuple[str, ...]) -> None:
    try:
        rows: list[dict[str, Any]] = read_json(settings.secrets_dir, file)
    except SecretMissingError:
        return
    table = Table(title=f"{title}  [dim]{settings.secrets_dir / file}[/]", title_justify="left", title_style="bold")
    shown = [column for column in columns if any(row.get(column) for row in rows)]
    for column in shown:
        table.add_column(column, no_wrap=column in {"account", "password", "login"})
    for row in rows:
        table.add_row(*(str(row.get(column) or "") for column in shown))
    console.print(table)
