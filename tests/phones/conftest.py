"""A carrier of one's own for each test process, and phones that register to it."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from carrier import Carrier, Mobile, command, render
from liftline.settings import Settings, get_settings
from phones.account import Account
from phones.process import Phone
from tests.kit.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOBILES = 6
CARRIER_UP_S = 15.0
CARRIER_DOWN_S = 10.0


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance beside all others; its switch is a phone at `sip_port`."""
    return Settings(
        home=tmp_path_factory.mktemp("carrier"),
        runtime=get_settings().runtime,
        sip_port=free_port(),
        carrier_port=free_port(),
    )


@pytest.fixture(scope="session")
def running_carrier(settings: Settings) -> Iterator[Carrier]:
    render(settings, [Mobile(f"1380000000{n}", f"secret-{n}") for n in range(1, MOBILES + 1)])
    with (settings.home / "carrier.log").open("wb") as log:
        process = subprocess.Popen(command(settings), stdout=log, stderr=log)
    carrier = Carrier(settings)
    try:
        deadline = time.monotonic() + CARRIER_UP_S
        while not carrier.is_up():
            assert process.poll() is None, (settings.home / "carrier.log").read_text()
            assert time.monotonic() < deadline, "the carrier did not come up"
        yield carrier
    finally:
        process.terminate()
        process.wait(CARRIER_DOWN_S)


@pytest.fixture
def carrier(running_carrier: Carrier) -> Iterator[Carrier]:
    """The carrier with every number behaving normally."""
    yield running_carrier
    running_carrier.behave_normally()


@pytest.fixture
def mobile(carrier: Carrier, settings: Settings) -> Iterator[Callable[..., Phone]]:
    """Switches mobiles on: `mobile(1)` has the number 13800000001; they are switched off at the end."""
    on: list[Phone] = []

    def switch_on(n: int, behaviour: str = "no-answer") -> Phone:
        account = Account(f"1380000000{n}", f"secret-{n}", settings.carrier_bind, settings.carrier_port)
        phone = Phone(account, behaviour)
        on.append(phone)
        return phone.start().ready()

    yield switch_on
    for phone in on:
        phone.close()


@pytest.fixture
def switch(carrier: Carrier, settings: Settings) -> Iterator[Phone]:
    """Stands in for the switch: a phone at the switch's address, which the carrier knows by that address."""
    account = Account(
        "02100000000",
        "",
        settings.carrier_bind,
        settings.carrier_port,
        register=False,
        bind=settings.sip_bind,
        bind_port=settings.sip_port,
    )
    with Phone(account) as phone:
        yield phone
