"""Every threshold of every detector, in one place. A change is policy: it is made with a reason and recorded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def _of(detectors: str) -> Callable[[float, str], Any]:
    """Thresholds of these detectors, which pages list together."""
    return lambda default, means: field(default=default, metadata={"means": means, "of": detectors})


_every = _of("Every detector")
_unexplained = _of("What explains a search")
_habits = _of("Off-shift, vague reasons, no case, plausible lie")
_repeated = _of("Repeated plate")
_no_action = _of("No later action")
_reuse = _of("Reason reuse")
_volume = _of("Volume")
_account = _of("Shared account, another agency's log-in, impossible travel")
_exports = _of("Bulk export")
_leaving = _of("Before leaving")
_drift = _of("Sharing drift")
_unused = _of("Unused access")


@dataclass(frozen=True)
class Thresholds:
    """Weights count searches: 1 is a search that nothing in CAD explains."""

    learning_days: float = _every(
        14,
        "days of history before a device, place or recipient counts as new or as somebody's own, and before missing "
        "case numbers are judged",
    )
    quiet_days: float = _every(60, "days without a sign after which a pattern is a new finding")
    retry_minutes: float = _every(5, "minutes within which the same search again counts half")
    habit_days: float = _habits(30, "days over which a person's unexplained searches are counted")
    habit_least: float = _habits(5, "unexplained searches of one kind that make a pattern")
    habit_factor: float = _every(3, "times the colleagues' rate that is still taken as chance")
    habit_more: float = _every(
        0.08, "share of searches above the colleagues' rate that is at most taken as chance"
    )
    habit_chance: float = _habits(1e-3, "chance below which a count is no coincidence")
    busier_chance: float = _habits(
        0.2, "chance below which a share, or a number, of searches without a case number is unusual"
    )
    both_chance: float = _habits(2e-6, "chance below which both together are no coincidence")
    common_rate: float = _every(0.1, "share of searches from which a sign says less, as many people show it")

    off_shift_least: float = _habits(
        8, "searches outside any shift that make a pattern, though cases explain them"
    )
    off_shift_chance: float = _habits(1e-6, "chance below which their number is no coincidence")

    repeat_days: float = _repeated(60, "days over which searches for one plate are added up")
    repeat_weight: float = _repeated(4, "weight of unexplained searches for one plate")
    repeat_least: float = _repeated(
        4,
        "times, more than colleagues, that somebody comes back to one plate without a case number that fits",
    )
    few_days: float = _repeated(28, "days over which searches for a few plates are added up")
    few_plates: float = _repeated(3, "plates that together count as one matter")
    few_least: float = _repeated(5, "searches for these plates, at least")
    few_repeats: float = _repeated(2, "of them, searches for a plate searched before")

    vague_weight: float = _unexplained(0.35, "added to an unexplained search whose reason says nothing")
    untied_weight: float = _unexplained(
        0.15, "added to an unexplained search whose reason does not say why this plate"
    )
    off_shift_weight: float = _unexplained(0.35, "added to an unexplained search outside any shift")
    barred_weight: float = _unexplained(1, "added to a search whose reason points to a purpose barred by law")
    overtime_minutes: float = _unexplained(120, "minutes before and after a shift that count as part of it")
    closed_days: float = _unexplained(2, "days after closing in which a case is still worked on")
    closed_plate_days: float = _unexplained(14, "the same, if the case names the plate")
    lies_one_plate: float = _habits(3, "case numbers that do not fit, given for one plate")

    action_hours: float = _no_action(24, "hours in which police action is expected to be on record")
    action_least: float = _no_action(5, "searches for one plate without any action that CAD does not explain")

    reuse_plates: float = _reuse(8, "different plates searched with the same unusual reason")
    reuse_share: float = _reuse(
        0.02, "share of other people who use a reason, above which it is common wording"
    )

    volume_least: float = _volume(30, "searches in 7 days, at least")
    volume_factor: float = _volume(3, "times the busiest colleagues' week, and one's own usual week")
    volume_unexplained: float = _volume(0.3, "share of them that no case is known to explain")

    account_event: float = _account(3, "weight of one event at a strange device or address")
    account_least: float = _account(3, "such events that make a pattern")
    account_strong: float = _account(8, "weight with which two such events are enough")
    account_days: float = _account(5, "days over which they are counted")
    account_minutes: float = _account(60, "minutes in which two devices of one person overlap")
    familiar_days: float = _account(3, "days after which a device or address is a person's own")
    owned_uses: float = _account(20, "uses after which a device that only one person uses is theirs")
    shared_device_people: float = _account(3, "people from whom on a device is a shared one")
    travel_mph: float = _account(600, "miles an hour that nobody travels")

    export_rows: float = _exports(1000, "rows exported in 24 hours, at least")
    export_count: float = _exports(5, "exports in 24 hours, at least")
    export_copies: float = _exports(20, "copies of images in one case that count as one export")
    export_factor: float = _exports(5, "times the colleagues' usual day")
    leaving_days: float = _leaving(14, "days before somebody leaves that are looked at")
    leaving_exports: float = _leaving(5, "exports in these days, at least")
    leaving_searches: float = _leaving(8, "searches in these days that no case is known to explain, at least")
    leaving_factor: float = _leaving(3, "times one's usual use in these days")

    drift_days: float = _drift(30, "days over which new recipients are counted")
    drift_weight: float = _drift(3, "weight of new recipients without a reason or case")

    unused_days: float = _unused(90, "days without any use after which access is called unused")
    unused_week: float = _unused(2, "findings of unused access in a week, the longest first")


# Of which less makes the detectors see less: times looked at, weights, chances and shares, what counts together.
WEAKER_BELOW = (
    {
        "habit_days",
        "few_days",
        "repeat_days",
        "account_days",
        "account_minutes",
        "familiar_days",
        "leaving_days",
        "drift_days",
    }
    | {"vague_weight", "untied_weight", "off_shift_weight", "barred_weight"}
    | {"habit_chance", "busier_chance", "both_chance", "off_shift_chance", "common_rate", "reuse_share"}
    | {"few_plates", "shared_device_people", "unused_week"}
)


def weakens(name: str, before: float, after: float) -> bool:
    """Whether the detectors see less with this threshold after its change."""
    return after < before if name in WEAKER_BELOW else after > before
