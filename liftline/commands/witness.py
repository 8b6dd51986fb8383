"""`liftline witness`: the reference witness, to be run by somebody else than the log's owner."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated

import typer

from liftline.commands.kit import console

_KEY = "witness-key"


def command(
    folder: Annotated[Path, typer.Option("--folder", help="Key and memory of the witness.", file_okay=False)] = Path(
        "witness"
    ),
    log: Annotated[list[str] | None, typer.Option("--log", help="A log's key: name+keyid+base64. Repeatable.")] = None,
    name: Annotated[str, typer.Option("--name", help="Of the witness, as its signatures show it.")] = "witness",
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8090,
) -> None:
    """Countersign the heads of logs whose keys are trusted, as long as each goes on from the last one."""
    import uvicorn

    from evidence.core.keys import WITNESS_KIND, Signer, Verifier
    from evidence.witness.server import create_witness
    from liftline.secrets import keep_secret, read_secret

    for text in log or []:
        try:
            Verifier.parse(text)
        except ValueError as error:
            raise typer.BadParameter(f"{text}: {error}", param_hint="--log") from None
    if "+" in name or not name.strip() or any(sign.isspace() for sign in name):
        raise typer.BadParameter("a name has no spaces and no plus sign", param_hint="--name")
    keep_secret(folder, _KEY, base64.b64encode(Signer.new(name, WITNESS_KIND).seed).decode())
    signer = Signer.from_seed(name, base64.b64decode(read_secret(folder, _KEY)), WITNESS_KIND)
    console.print(f"key of this witness, for LIFTLINE_EVIDENCE_WITNESSES:\nhttps://…#{signer.verifier}", soft_wrap=True)
    if not log:
        console.print("[yellow]no --log: every head will be refused[/]")
    uvicorn.run(create_witness(folder / "heads.db", signer, log or []), host=host, port=port, log_level="warning")
