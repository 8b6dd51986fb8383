"""How our own programs trust this machine's HTTPS."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from liftline.certificates import files

if TYPE_CHECKING:
    from liftline.settings import Settings


def trust(settings: Settings) -> ssl.SSLContext:
    """Return a context that trusts what this machine trusts, and our own authority."""
    context = ssl.create_default_context()
    root = files.root(settings).certificate
    if root.exists():
        context.load_verify_locations(root)
    return context
