"""Routing, as the call plane itself has it: every lift's plan in the AstDB ends in the centre and has addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from dialplan.names import CENTRE_QUEUE, CENTRE_TARGET, DUTY_PREFIX, Family
from liftline.doctor.finding import Finding, Level, error, good, warning
from liftline.supervision import provisioned
from liftline.supervision.asterisk_console import astdb, queue_members
from liftline.supervision.provisioned import unknown_lifts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from liftline.settings import Settings

STEP_FIELDS = 5
TARGET_FIELDS = 3
MOST_SHOWN = 20


def check(settings: Settings) -> Iterator[Finding]:
    """Compare the estate with what Asterisk knows of it, and follow each plan."""
    try:
        plans = provisioned.plans(settings)
        slots = astdb(settings, Family.SLOT)
        operators = queue_members(settings, CENTRE_QUEUE)
    except OSError as problem:
        yield error("routing", f"the switch has no routing yet: {problem}", "start it: `liftline up`")
        return
    served = {slot.partition("/")[0] for slot in slots}
    problems = [finding for code, plan in sorted(plans.items()) for finding in plan_problems(code, plan, served)]
    problems += absent_lifts(settings)
    yield from problems[:MOST_SHOWN]
    if len(problems) > MOST_SHOWN:
        yield error("routing", f"{len(problems) - MOST_SHOWN} more of these", "mend the first ones and look again")
    if not any(problem.level is Level.ERROR for problem in problems):
        yield good("routing", f"{len(plans)} lifts have a plan that ends in the centre")
    if operators:
        yield good("routing", f"{len(operators)} operators belong to the centre")
    else:
        yield error("routing", "no operator belongs to the centre", "add a phone of the centre's organization")


def plan_problems(code: str, plan: str, served: Collection[str]) -> Iterator[Finding]:
    """Follow one lift's plan: steps joined by `|`, each `tier,role,mode,ring,targets`.

    Args:
        code: the lift's device code.
        plan: the whole plan.
        served: ids of the organizations that have somebody on duty at some time.
    """
    steps = [step.split(",", STEP_FIELDS - 1) for step in plan.split("|")]
    for step in steps:
        if len(step) < STEP_FIELDS or not step[-1]:
            yield error("routing", f"lift {code}: tier {step[0]} has no targets", "add a phone to that tier's plan")
            continue
        for target in step[-1].split("&"):
            fields = target.split(":", TARGET_FIELDS - 1)
            address = fields[-1] if len(fields) == TARGET_FIELDS else ""
            if not address:
                yield error("routing", f"lift {code}: tier {step[0]} has a target without address", "give it a number")
            elif address.startswith(DUTY_PREFIX) and address.removeprefix(DUTY_PREFIX) not in served:
                says = f"lift {code}: nobody is ever on duty for organization {address.removeprefix(DUTY_PREFIX)}"
                yield warning("routing", says, "enter its rota, or phones of its own")
    if f":{CENTRE_TARGET}" not in steps[-1][-1]:
        yield error("routing", f"lift {code}: its plan does not end in the centre", "add the centre as its last tier")


def absent_lifts(settings: Settings) -> Iterator[Finding]:
    """Report active lifts of the database that the switch does not know."""
    try:
        unknown = unknown_lifts(settings)
    except (SQLAlchemyError, ValueError):
        return  # the database's own check reports that
    mend = "see `liftline logs record`: the provisioner has not pushed it"
    for code in unknown:
        yield error("routing", f"lift {code} is unknown to the switch: its alarms ring the centre only", mend)
