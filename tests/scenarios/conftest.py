"""One instance for each test process; a fresh estate for each test."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.kit.instance import Instance
from tests.kit.ports import block
from tests.kit.world import SENSED_CENTRE_S, SERVICE_NUMBER, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _worker_number(worker_id: str) -> int:
    return int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 9


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A running Liftline with the sample estate and the pretend carrier."""
    with block() as base:
        instance = Instance(
            tmp_path_factory.mktemp("home"),
            base,
            LIFTLINE_ANNOUNCEMENTS="false",
            LIFTLINE_SERVICE_NUMBER=SERVICE_NUMBER,
            LIFTLINE_SENSED_CENTRE_S=str(SENSED_CENTRE_S),
        )
        try:
            instance.up()
            yield instance
        finally:
            instance.down()


@pytest.fixture
def world(instance: Instance, worker_id: str, tmp_path: Path) -> Iterator[World]:
    """Where a test makes its lifts and phones; all phones go off at its end."""
    with ExitStack() as stack:
        yield World(instance, stack, tmp_path, _worker_number(worker_id))
