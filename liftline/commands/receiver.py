"""`liftline receiver`: the reference receiver, to try out sending on before the city's platform can be reached."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liftline.supervision.instance import settings_of_instance

PORT = 9636


def command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="TCP port on 127.0.0.1.")] = PORT,
    file: Annotated[Path | None, typer.Option(help="Where messages are stored.", dir_okay=False)] = None,
) -> None:
    """Receive what this instance sends on, and check it; /v1/report tells. Say where with LIFTLINE_PLATFORM_URL."""
    import uvicorn

    from forwarding.receiver.app import MESSAGES, Receiver
    from liftline.secrets import SecretName, read_secret

    settings = settings_of_instance()
    key = read_secret(settings.secrets_dir, SecretName.PLATFORM)
    receiver = Receiver(file or settings.home / "receiver.db", {settings.platform_system: key})
    typer.echo(f"LIFTLINE_PLATFORM_URL=http://127.0.0.1:{port}{MESSAGES}")
    uvicorn.run(receiver.asgi, host="127.0.0.1", port=port, log_level="warning")
