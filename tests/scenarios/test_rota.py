"""Who of the maintainers is on duty is known to the switch ahead of time: a shift changes although Python is dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.until import until

if TYPE_CHECKING:
    from tests.kit.instance import Instance
    from tests.kit.world import World

HANDOVER_S = 12


def _phone(instance: Instance, organization: int, number: str) -> dict[str, Any]:
    phones: list[dict[str, Any]] = instance.get("/phones", organization_id=organization)["items"]
    return next(phone for phone in phones if phone["address"] == number)


@pytest.mark.timeout(180)
def test_the_shift_changes_while_everything_but_asterisk_is_dead(world: World) -> None:
    instance = world.instance
    lift = world.given_lift(guards=["busy"], maintainers=["no-answer", "no-answer"])
    organization = instance.get(f"/lifts/{lift.device_code}")["maintainer_id"]
    early, late = (_phone(instance, organization, mobile.account.user) for mobile in lift.maintainers)
    handover = datetime.now(UTC) + timedelta(seconds=HANDOVER_S)
    for phone, begins, ends in (
        (early, handover - timedelta(hours=8), handover),
        (late, handover, handover + timedelta(hours=8)),
    ):
        body = {
            "organization_id": organization,
            "phone_id": phone["id"],
            "starts_at": begins.isoformat(),
            "ends_at": ends.isoformat(),
        }
        instance.post("/rota/shifts", body)
    tiers = [
        {"role": "maintainer", "ring_s": 5, "targets": [{"kind": "duty", "organization_id": organization}]},
        {"role": "centre", "ring_s": 60, "targets": [{"kind": "centre"}]},
    ]
    plan = instance.post("/plans", {"name": f"值班 {lift.rescue_no}", "tiers": tiers})["id"]
    assert instance.api.put(f"/lifts/{lift.device_code}/plan", json={"plan_id": plan}).status_code == 200
    until(lambda: "duty/" in instance.asterisk(f"database get liftline/lift/{lift.device_code} plan"), 10, "pushed")
    slots = f"database show liftline/slot/{organization}"
    until(lambda: instance.asterisk(slots).count(late["address"]) > 1, 10, "rota pushed")  # beside "everyone"
    with instance.dead("record", "api", "redis"):
        first = lift.press()
        lift.maintainers[0].expect_call(within=2)
        first.hang_up()
        until(lambda: datetime.now(UTC) > handover + timedelta(seconds=1), HANDOVER_S + 5, "the shift has changed")
        second = lift.press()
        lift.maintainers[1].expect_call(within=2)
        lift.maintainers[0].expect_no_call(during=0.5)
        second.hang_up()
