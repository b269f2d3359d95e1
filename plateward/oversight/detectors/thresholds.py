"""Every threshold of every detector, in one place. A change is policy: it is made with a reason and recorded."""

from dataclasses import dataclass, field
from typing import Any


def _threshold(default: float, means: str) -> Any:
    return field(default=default, metadata={"means": means})


@dataclass(frozen=True)
class Thresholds:
    """Weights count searches: 1 is a search that nothing in CAD explains."""

    learning_days: float = _threshold(14, "days of history before something counts as new to the agency")
    quiet_days: float = _threshold(60, "days without a sign after which a pattern is a new finding")
    retry_minutes: float = _threshold(5, "minutes within which the same search again counts half")
    habit_days: float = _threshold(14, "days over which a person's unexplained searches are counted")
    habit_least: float = _threshold(5, "unexplained searches of one kind that make a pattern")
    habit_factor: float = _threshold(3, "times the colleagues' rate that is still taken as chance")
    habit_more: float = _threshold(
        0.08, "share of searches above the colleagues' rate that is at most taken as chance"
    )
    habit_chance: float = _threshold(1e-3, "chance below which a count is no coincidence")
    common_rate: float = _threshold(
        0.1, "share of searches from which a sign says less, as many people show it"
    )

    off_shift_least: float = _threshold(
        8, "searches outside any shift that make a pattern, though cases explain them"
    )
    off_shift_chance: float = _threshold(1e-6, "chance below which their number is no coincidence")

    repeat_days: float = _threshold(60, "days over which searches for one plate are added up")
    repeat_weight: float = _threshold(4, "weight of unexplained searches for one plate")
    few_days: float = _threshold(14, "days over which searches for a few plates are added up")
    few_plates: float = _threshold(3, "plates that together count as one matter")
    few_least: float = _threshold(5, "searches for these plates")
    few_repeats: float = _threshold(2, "of them, searches for a plate searched before")

    vague_weight: float = _threshold(0.35, "added to an unexplained search whose reason says nothing")
    off_shift_weight: float = _threshold(0.35, "added to an unexplained search outside any shift")
    barred_weight: float = _threshold(1, "added to a search whose reason points to a purpose barred by law")
    overtime_minutes: float = _threshold(120, "minutes before and after a shift that count as part of it")
    closed_days: float = _threshold(2, "days after closing in which a case is still worked on")
    closed_plate_days: float = _threshold(14, "the same, if the case names the plate")
    lies_one_plate: float = _threshold(3, "case numbers that do not fit, given for one plate")

    action_hours: float = _threshold(24, "hours in which police action is expected to be on record")
    action_least: float = _threshold(5, "searches for one plate without any action that CAD does not explain")

    reuse_plates: float = _threshold(8, "different plates searched with the same unusual reason")
    reuse_share: float = _threshold(
        0.02, "share of other people who use a reason, above which it is common wording"
    )

    volume_least: float = _threshold(30, "searches in 7 days, at least")
    volume_factor: float = _threshold(3, "times the busiest colleagues' week, and one's own usual week")
    volume_unexplained: float = _threshold(0.3, "share of them that CAD does not explain")

    account_event: float = _threshold(3, "weight of one event at a strange device or address")
    account_least: float = _threshold(3, "such events that make a pattern")
    account_days: float = _threshold(5, "days over which they are counted")
    account_minutes: float = _threshold(60, "minutes in which two devices of one person overlap")
    familiar_days: float = _threshold(3, "days after which a device or address is a person's own")
    shared_device_people: float = _threshold(3, "people from whom on a device is a shared one")
    travel_mph: float = _threshold(600, "miles an hour that nobody travels")

    export_rows: float = _threshold(1000, "rows exported in 24 hours, at least")
    export_count: float = _threshold(5, "exports in 24 hours, at least")
    export_factor: float = _threshold(5, "times the colleagues' usual day")
    leaving_days: float = _threshold(14, "days before somebody leaves that are looked at")
    leaving_exports: float = _threshold(5, "exports in these days, at least")
    leaving_searches: float = _threshold(8, "searches in these days that no case explains, at least")
    leaving_factor: float = _threshold(3, "times one's usual use in these days")

    drift_days: float = _threshold(30, "days over which new recipients are counted")
    drift_weight: float = _threshold(3, "weight of new recipients without a reason or case")

    unused_days: float = _threshold(90, "days without any use after which access is called unused")
    unused_week: float = _threshold(2, "findings of unused access in a week, the longest first")
