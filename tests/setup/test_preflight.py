"""What stands in the way of a start is said in one line, with its remedy."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from liftline.settings import Settings
from liftline.supervision import preflight
from liftline.supervision.instance import only_one_start

if TYPE_CHECKING:
    from pathlib import Path


def test_a_port_in_use_names_its_holder_and_the_variable(settings: Settings) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", settings.http_port))
        squatter.listen()

        with pytest.raises(preflight.PreflightError) as caught:
            preflight.check_ports(settings)

    (problem,) = caught.value.problems
    assert f"port {settings.http_port}/tcp (API and console) is in use by python" in problem
    assert f"(pid {os.getpid()})" in problem
    assert "LIFTLINE_HTTP_PORT or LIFTLINE_PORT_BASE" in problem


def test_a_udp_port_in_use_is_noticed_too(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as squatter:
        squatter.bind(("127.0.0.1", settings.sip_port))

        with pytest.raises(preflight.PreflightError, match=f"{settings.sip_port}/udp .SIP. is in use by python"):
            preflight.check_ports(settings)


def test_free_ports_pass(settings: Settings) -> None:
    preflight.check_ports(settings)


def test_an_address_that_is_not_ours_is_named(home: Path, port_base: int) -> None:
    with pytest.raises(preflight.PreflightError, match=r"cannot listen on 192\.0\.2\.1"):
        preflight.check_ports(Settings(home=home, port_base=port_base, sip_bind="192.0.2.1"))


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(preflight.PreflightError, match="LIFTLINE_HOME"):
        preflight.check_home(Settings(home=tmp_path / "file" / "home"))


def test_a_full_disk_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "LEAST_FREE_BYTES", 10**18)

    with pytest.raises(preflight.PreflightError, match="MB free"):
        preflight.check_home(settings)


def test_a_home_too_long_for_sockets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(preflight.PreflightError, match="too long"):
        preflight.check_home(Settings(home=tmp_path / ("x" * 90)))


def test_two_starts_of_one_home_do_not_mix(settings: Settings) -> None:
    with (
        only_one_start(settings),
        pytest.raises(preflight.PreflightError, match="under way"),
        only_one_start(settings),
    ):
        pytest.fail("both are in")
