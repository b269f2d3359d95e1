"""What a section of the sharing configuration limits, and how far: values, the narrower of two, and words. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plateward.core.audit.events import Event
from plateward.ground.policy.trace import enforces
from plateward.people.signed import Limits, Sections


@dataclass(frozen=True)
class Names:
    """A list of names, each of which allows something: the fewer, the narrower."""

    label: str
    of: Callable[[str], str] = str

    def meet(self, one: Sequence[str], other: Sequence[str]) -> list[str]:
        return sorted({*one} & {*other})

    def words(self, value: Sequence[str]) -> str:
        return "; ".join(self.of(name) for name in value) or "none"

    def beyond(self, value: Sequence[str], other: Sequence[str]) -> str:
        return self.words(sorted({*value} - {*other}))


@dataclass(frozen=True)
class Bound:
    """A number, a moment (as text in UTC, all of one form), a yes or a step, by its `rank`: at most, or at least, so
    much."""

    label: str
    of: Callable[[Any], str] = str
    at_least: bool = False
    rank: Callable[[Any], Any] = lambda value: value

    def meet(self, one: Any, other: Any) -> Any:
        return (max if self.at_least else min)(one, other, key=self.rank)

    def words(self, value: Any) -> str:
        return self.of(value)

    def beyond(self, value: Any, other: Any) -> str:
        return f"{self.words(value)} instead of {self.words(other)}"


Limit = Names | Bound  # `meet`: what both values allow; `beyond`: what the first has and the other has not


@enforces("AC-3/signed", "AC-4/flow")
def meet(limits: Mapping[str, Limit], signed: Limits | None, running: Limits | None) -> Limits | None:
    """What is given: what is signed and runs; None: nothing."""
    if not signed or not running:
        return None
    return {name: limit.meet(signed[name], running[name]) for name, limit in limits.items()}


@dataclass(frozen=True)
class Section:
    """A part of the configuration; a room declares its own as SECTIONS in its `who_sees.py`. `running`: what each
    subject is allowed now, as the room would have it without the signed document; `name`: a subject in words; `events`,
    `object`: the entries of the log that change a subject; `lapsed`: whether these limits are over by themselves."""

    key: str
    label: str
    limits: Mapping[str, Limit]
    running: Callable[[], Mapping[str, Limits]]
    name: Callable[[str], str] = str
    events: tuple[Event, ...] = ()
    object: Callable[[str], str] = str
    lapsed: Callable[[Limits, datetime], bool] = lambda _limits, _now: False

    def words(self, limits: Limits) -> list[tuple[str, str]]:
        """Each field and its value, for a page."""
        return [(limit.label, limit.words(limits[name])) for name, limit in self.limits.items()]


@dataclass(frozen=True)
class Difference:
    """What runs and is not signed (`wider`), or is signed and does not run."""

    section: str
    subject: str
    wider: bool
    text: str


@enforces("6.b.i.3/sharing", "AC-3/signed")
def differences(
    sections: Sequence[Section], signed: Sections, running: Sections, now: datetime
) -> list[Difference]:
    """What runs compared with what is signed, in words, the wider first."""
    found = []
    for section in sections:
        before, after = signed.get(section.key, {}), running.get(section.key, {})
        for subject in sorted({*before, *after}):
            old, new = before.get(subject), after.get(subject)
            if old and not new and section.lapsed(old, now):
                continue
            found += [
                Difference(section.key, subject, wider, f"{section.label}, {section.name(subject)}: {text}")
                for wider, text in _changes(section, old, new)
            ]
    return sorted(found, key=lambda each: not each.wider)


def _changes(section: Section, old: Limits | None, new: Limits | None) -> list[tuple[bool, str]]:
    if not old or not new:
        whole = "; ".join(f"{label}: {words}" for label, words in section.words(old or new or {}))
        return [(not old, f"{'new' if not old else 'removed'} ({whole})")]
    changes = []
    for name, limit in section.limits.items():
        given = limit.meet(old[name], new[name])
        if given != new[name]:
            changes.append((True, f"{limit.label}, wider: {limit.beyond(new[name], old[name])}"))
        if given != old[name]:
            gone = limit.beyond(old[name], new[name]) if isinstance(limit, Names) else ""
            changes.append((False, f"{limit.label}, narrower: {gone or limit.beyond(new[name], old[name])}"))
    return changes
