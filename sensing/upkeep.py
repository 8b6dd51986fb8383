"""When maintenance is due by table 1 of the notice (annex 1), and what is the matter with the battery."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sensing import battery
from sensing.car import people
from sensing.episodes import Episode, begin, end, key, named
from sensing.moments import Ms, from_ms
from sensing.noise import goes_on
from sensing.verdicts import Condition, Ending, Fact, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sensing.thresholds import Thresholds
    from sensing.track import Track
    from sensing.wear import Meter

_DAY: Final[Ms] = 86_400_000


class Item(StrEnum):
    """What maintenance is due for."""

    RUNS = "runs"  # 运行次数
    DOOR_CYCLES = "door_cycles"  # 开关门频次
    RUNNING_S = "running_s"  # 运行时间
    DISTANCE_M = "distance_m"  # 运行距离
    ROPE_BENDS = "rope_bends"  # 钢丝绳折弯次数
    NOISE = "noise"  # 运行噪音值
    ENTRAPMENTS = "entrapments"  # 自动困人识别次数
    INTERVAL = "interval"  # a month is over (若1个月内未达到该次数，也需进行维保)


COUNTED: Final = (Item.RUNS, Item.DOOR_CYCLES, Item.RUNNING_S, Item.DISTANCE_M, Item.ROPE_BENDS)


def deadlines(track: Track, thresholds: Thresholds) -> Iterator[Ms]:
    """Give the moment at which maintenance is due by the calendar."""
    if track.maintained_at is not None:
        yield track.maintained_at + round(thresholds.interval_days * _DAY)


def judge(track: Track, thresholds: Thresholds) -> None:
    """Open what is due; close what is good again. Maintenance ends when somebody says that it was done."""
    _battery(track, thresholds)
    for item in COUNTED:
        meter: Meter = getattr(track.wear, item.value)
        if meter.used >= getattr(thresholds, item.value):
            fact = Fact(item.value, f"{meter.used:.0f}", from_ms(track.maintained_at or track.at), meter.by)
            _due(track, item, Rule.COUNT_REACHED, fact, thresholds, item.value)
    if goes_on(track.noise, thresholds):
        noisy = sum(one.noisy_s for one in track.noise)
        began = from_ms(track.noise[0].number * 3_600_000)
        fact = Fact("noisy_s", f"{noisy:.0f}", began, track.noise_by)
        _due(track, Item.NOISE, Rule.NOISE, fact, thresholds, "noise_db", "noise_h")
    _entrapments(track, thresholds)
    if any(due <= track.at for due in deadlines(track, thresholds)) and track.maintained_at is not None:
        last = from_ms(track.maintained_at)
        fact = Fact("maintained_at", last.isoformat(timespec="milliseconds"), last, track.maintained_by)
        _due(track, Item.INTERVAL, Rule.MONTH_OVER, fact, thresholds, "interval_days")


def _entrapments(track: Track, thresholds: Thresholds) -> None:
    span = round(thresholds.entrapments_days * _DAY)
    recent = tuple(one for one in track.entrapments if one > track.at - span)
    if len(recent) != len(track.entrapments):
        track.entrapments = recent
    if len(recent) >= thresholds.entrapments:
        fact = Fact("entrapments", str(len(recent)), from_ms(recent[0]), track.entrapments_by)
        _due(track, Item.ENTRAPMENTS, Rule.COUNT_REACHED, fact, thresholds, "entrapments", "entrapments_days")


def _due(track: Track, item: Item, rule: Rule, fact: Fact, thresholds: Thresholds, *names: str) -> None:
    if key(Condition.MAINTENANCE, item.value) in track.open:
        return
    who, used = people(track.car, track.at, thresholds), named(thresholds, *names)
    since = track.maintained_at or track.at
    begin(track, Episode(Condition.MAINTENANCE, item.value, track.at, since, rule, who, (fact,), used))


def _battery(track: Track, thresholds: Thresholds) -> None:
    car, state = track.car, track.battery
    lost = car.mains_lost
    if lost is not None:
        fact = Fact("mains_lost", str(lost.value).lower(), from_ms(lost.since), lost.by)
        _switch(track, Condition.ON_BATTERY, fact, thresholds, holds=lost.value, names=("power_settle_s",))
    if state.charge is not None:
        fact = Fact("charge_percent", f"{state.charge:g}", from_ms(track.at), state.charge_by)
        low = battery.is_low(state, thresholds, was=key(Condition.BATTERY_LOW) in track.open)
        _switch(track, Condition.BATTERY_LOW, fact, thresholds, holds=low, names=("battery_low_percent",))
    if state.remaining_s is not None:
        fact = Fact("remaining_s", f"{state.remaining_s:.0f}", from_ms(track.at), state.remaining_by)
        short = battery.is_short(state, thresholds, was=key(Condition.BATTERY_SHORT) in track.open)
        _switch(track, Condition.BATTERY_SHORT, fact, thresholds, holds=short, names=("battery_short_s",))


def _switch(
    track: Track, condition: Condition, fact: Fact, thresholds: Thresholds, *, holds: bool, names: tuple[str, ...]
) -> None:
    name = key(condition)
    if holds and name not in track.open:
        since = track.car.mains_lost.since if condition is Condition.ON_BATTERY and track.car.mains_lost else track.at
        who = people(track.car, track.at, thresholds)
        begin(track, Episode(condition, None, track.at, since, Rule.BATTERY, who, (fact,), named(thresholds, *names)))
    elif not holds and name in track.open:
        end(track, name, Ending.EVIDENCE_GONE, (fact,))
