"""A sender that dies by SIGKILL after the platform has answered, before that is stored."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from forwarding_world import NOW, SECRET

from forwarding import queue
from forwarding.platform import Platform
from forwarding.sender import Sender
from store.session import make_engine

queue.settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]


async def main() -> None:
    platform = Platform(sys.argv[2], "liftline", SECRET)
    sender = Sender(make_engine(sys.argv[1]), platform, "node1", clock=lambda: NOW)
    async with sender.client() as client:
        await sender.step(client, NOW.replace(year=2027))


asyncio.run(main())
