"""An estate made for one test, in the operator's words: `given_lift(guards=1, maintainers=1)`."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from phones.account import Account
from phones.process import Phone
from tests.kit.alarm import Alarm
from tests.kit.instance import MOBILE_PASSWORD, MOBILES, Instance
from tests.kit.until import until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

CABIN_HZ = 440
GUARD_HZ = 600
MAINTAINER_HZ = 800
OPERATOR_HZ = 1000
"""Each phone of a test sends a tone of its own, so that a recording tells who is heard."""

SERVICE_NUMBER = "031196365000"
"""Number that mobiles call to reach a cabin by its rescue number."""

SENSED_CENTRE_S = 9
"""Seconds from a detection until the centre is rung, in the tests' instances."""

RING_S = 5
"""Shortest ring time a plan may have: what most scenarios use, so that they do not take long."""

_NUMBERS = itertools.count(1)


@dataclass
class Lift:
    """A lift of a test, with the phones around it."""

    world: World
    device_code: str
    rescue_no: str
    cabin: Phone
    dials: str = "alarm"
    """What the cabin's device dials when its button is pressed."""
    guards: list[Phone] = field(default_factory=list)
    maintainers: list[Phone] = field(default_factory=list)

    @property
    def guard(self) -> Phone:
        """The first guard."""
        return self.guards[0]

    @property
    def maintainer(self) -> Phone:
        """The first maintainer's mobile."""
        return self.maintainers[0]

    def press(self) -> Alarm:
        """Press the alarm button."""
        return Alarm(self.world.instance, self.cabin.call(self.dials, tone=CABIN_HZ), self.device_code)


class World:
    """Builds estates through the REST API and switches phones on."""

    def __init__(self, instance: Instance, stack: ExitStack, folder: Path, worker: int) -> None:
        self.instance = instance
        self._stack = stack
        self._folder = folder
        self._worker = worker

    def given_lift(
        self,
        guards: Sequence[str] = ("no-answer",),
        maintainers: Sequence[str] = ("no-answer",),
        *,
        ring_s: int = RING_S,
        mode: str = "parallel",
        maintainer_allowance_s: int = 10,
        cabin_on_trunk: bool = False,
        registered_guards: bool = True,
        cabin: str = "auto-answer",
        did: str | None = None,
    ) -> Lift:
        """Make a lift with one phone for each behaviour given, wait until the switch knows it, switch the phones on."""
        instance, number = self.instance, self._number()
        property_org = instance.post("/organizations", {"kind": "property", "name": f"物业 {number}"})["id"]
        maintainer_org = instance.post("/organizations", {"kind": "maintainer", "name": f"维保 {number}"})["id"]
        guard_accounts = [self._guard(property_org, number, index) for index in range(len(guards))]
        mobiles = [self._mobile(maintainer_org) for _ in maintainers]
        plan = self._plan(number, [g["id"] for g, _ in guard_accounts], [m["id"] for m, _ in mobiles], ring_s, mode,
                          maintainer_allowance_s)  # fmt: skip
        gsm = self._mobile_number() if cabin_on_trunk else None
        body: dict[str, Any] = {
            "device_code": f"3113{number:08d}",
            "registration_no": f"梯11冀A{number:06d}",
            "rescue_no": f"{number:06d}",
            "name": f"测试小区 {number} 号梯",
            "property_id": property_org,
            "maintainer_id": maintainer_org,
            "plan_id": plan,
            "cabin": {"kind": "trunk", "address": gsm} if gsm else {"kind": "sip"},
        }
        if did:
            body["did"] = did
        lift = instance.post("/lifts", body)
        wanted = f"liftline/lift/{lift['device_code']} plan"
        until(lambda: "Value" in instance.asterisk(f"database get {wanted}"), 15, "the switch knows the lift")
        settings = instance.settings
        if gsm:
            cabin_phone = self.mobile(gsm, f"{cabin},tone:{CABIN_HZ}")
        else:
            account = Account(lift["cabin_address"], lift["password"], settings.sip_bind, settings.sip_port)
            cabin_phone = self.phone(account, f"{cabin},tone:{CABIN_HZ}")
        dials = "031100000000" if gsm else "alarm"
        found = Lift(self, lift["device_code"], lift["rescue_no"], cabin_phone, dials)
        for (_, account), behaviour in zip(guard_accounts, guards, strict=True):
            phone = self.phone(account, f"{behaviour},tone:{GUARD_HZ}", on=registered_guards)
            found.guards.append(phone)
        for (_, mobile), behaviour in zip(mobiles, maintainers, strict=True):
            found.maintainers.append(self.mobile(mobile, f"{behaviour},tone:{MAINTAINER_HZ}"))
        for phone in (cabin_phone, *(found.guards if registered_guards else ()), *found.maintainers):
            phone.ready()
        return found

    def given_operator(self, behaviour: str = "answer", *, name: str = "op-1") -> Phone:
        """Log an operator of the sample centre in."""
        phone = self.sample_phone(name, f"{behaviour},tone:{OPERATOR_HZ}")
        return phone.ready()

    def at_end(self, clean: Callable[[], object]) -> None:
        """Do this when the test is over, before the phones made until now go off."""
        self._stack.callback(clean)

    def sample_phone(self, name: str, behaviour: str) -> Phone:
        """A phone of the sample estate, not waited for."""
        entry = next(entry for entry in self._accounts() if entry["account"] == name)
        settings = self.instance.settings
        return self.phone(Account(name, entry["password"], settings.sip_bind, settings.sip_port), behaviour)

    def mobile(self, number: str, behaviour: str) -> Phone:
        """A subscriber of the pretend carrier, not waited for."""
        settings = self.instance.settings
        account = Account(number, MOBILE_PASSWORD, settings.carrier_bind, settings.carrier_port)
        return self.phone(account, behaviour)

    def phone(self, account: Account, behaviour: str, *, on: bool = True) -> Phone:
        """A phone of any account, not waited for."""
        phone = Phone(account, behaviour, recordings=self._folder / account.user)
        if on:
            self._stack.callback(phone.close)
            phone.start()
        return phone

    # ---- parts

    def _number(self) -> int:
        return self._worker * 10_000 + next(_NUMBERS) + 100_000

    def spare_mobile(self) -> str:
        """A number of the carrier that no lift knows."""
        return self._mobile_number()

    def _mobile_number(self) -> str:
        return MOBILES[next(_NUMBERS) % len(MOBILES)]

    def _guard(self, organization: int, number: int, index: int) -> tuple[dict[str, Any], Account]:
        body = {"kind": "sip", "organization_id": organization, "label": f"值班室 {index + 1}",
                "address": f"guard-{number}-{index + 1}"}  # fmt: skip
        phone = self.instance.post("/phones", body)
        settings = self.instance.settings
        return phone, Account(phone["address"], phone["password"], settings.sip_bind, settings.sip_port)

    def _mobile(self, organization: int) -> tuple[dict[str, Any], str]:
        number = self._mobile_number()
        body = {"kind": "trunk", "organization_id": organization, "label": "维保员", "address": number}
        return self.instance.post("/phones", body), number

    def _plan(
        self, number: int, guards: list[int], mobiles: list[int], ring_s: int, mode: str, allowance_s: int
    ) -> int:
        tiers: list[dict[str, Any]] = []
        if guards:
            targets = [{"kind": "phone", "phone_id": one} for one in guards]
            tiers.append({"role": "property", "mode": mode, "ring_s": ring_s, "targets": targets})
        if mobiles:
            targets = [{"kind": "phone", "phone_id": one, "allowance_s": allowance_s} for one in mobiles]
            tiers.append({"role": "maintainer", "mode": mode, "ring_s": ring_s, "targets": targets})
        tiers.append({"role": "centre", "ring_s": 60, "targets": [{"kind": "centre"}]})
        plan = self.instance.post("/plans", {"name": f"预案 {number}", "tiers": tiers})
        return int(plan["id"])

    def _accounts(self) -> list[dict[str, str]]:
        file = self.instance.settings.secrets_dir / "sip-accounts.json"
        return list(json.loads(file.read_text(encoding="utf-8")))
