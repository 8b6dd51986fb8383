"""Asterisk's own logs do not fill the disk."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from asterisk_world import running

from switch.logs import KEPT, LogKeeper

if TYPE_CHECKING:
    from asterisk_world import Asterisk


@pytest.mark.asterisk
def test_a_large_log_is_rotated_and_the_oldest_go(asterisk: Asterisk) -> None:
    folder = asterisk.settings.asterisk_log
    journal = asterisk.settings.journal_file
    journal.parent.mkdir(parents=True, exist_ok=True)
    journal.write_text("{}\n" * 1000, encoding="utf-8")

    async def scenario() -> None:
        link = asterisk.ami()
        keeper = LogKeeper(folder, link)
        async with running(link):
            for number in range(KEPT + 2):
                with (folder / "security.log").open("a", encoding="utf-8") as log:
                    log.write(f"refused {number}\n" * 200)
                await keeper.look(largest=1000)
            await keeper.look(largest=1_000_000)

    asyncio.run(scenario())
    old = [folder / f"security.log.{number}" for number in range(KEPT)]
    found = [set(re.findall(r"refused \d", path.read_text(encoding="utf-8"))) for path in old]
    assert found == [{f"refused {number}"} for number in range(KEPT + 1, 1, -1)], "the newest first"
    assert not (folder / f"security.log.{KEPT}").exists()
    assert (folder / "security.log").stat().st_size < 1000
    assert journal.read_text(encoding="utf-8").startswith("{}\n" * 1000), "the journal is nobody's to rotate but ours"
