"""Entries in force that may be of the plate asked for: the same but for look-alike characters, one character off, or
partial. Only of lists that whoever is told may see: of others, covert ones above all, nothing is said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from django.db.models import Q

from plateward import clock
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import Entries, Entry, HotList
from plateward.matching import partial
from plateward.matching.normalise import fold
from plateward.people.models import Person
from plateward.policy.trace import enforces

SHOWN = 50
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ALIKE = {one: same for same in ("0O", "1I", "2Z", "5S", "6G", "8B") for one in same}
# What another entry has to do with the one asked for, the closest first.
SAME, LOOK_ALIKE, NEAR, PARTIAL = (
    "the same plate",
    "look-alike characters",
    "one character differs",
    "a partial plate fits",
)
ORDER = (SAME, LOOK_ALIKE, NEAR, PARTIAL)


@dataclass(frozen=True)
class Duplicate:
    """An entry in force, and how it is like the one asked for. `replaced`: the new one would take its place."""

    entry: Entry
    how: str
    replaced: bool


@enforces("6.c.ii")
def found(
    viewer: Person, hotlist: HotList | None, plate: str, state: str, *, but: Entry | None = None
) -> list[Duplicate]:
    """At most 50, the closest first. `but`: the request's own entry, which is none."""
    bare, now = partial.normalise_partial(plate), clock.now()
    live = Entry.objects.in_force().filter(hotlist__in=lists_for(viewer)).select_related("hotlist")
    live = live.filter(Q(expires_at=None) | Q(expires_at__gt=now)).exclude(pk__in=[but.pk] if but else [])
    own = (HotList.Kind.AGENCY, HotList.Kind.OUTSIDE, HotList.Kind.STATE)
    pieces = live.filter(hotlist__kind__in=own).filter(Q(bare__contains="?") | Q(bare__contains="*"))
    if partial.is_partial(bare):
        candidates = [*live.filter(bare=bare)[:SHOWN], *_fitting(live, bare)]
    else:
        near = live.filter(bare__in={*_alike(bare), *_one_off(bare)})
        candidates = [
            *near[:SHOWN],
            *(one for one in pieces if partial.fits(partial.pattern(one.bare), fold(bare))),
        ]
    told = {
        one.pk: Duplicate(
            one,
            _how(bare, one.bare),
            one.hotlist == hotlist and (one.bare, one.state, one.nic) == (bare, state, ""),
        )
        for one in candidates
    }
    return sorted(told.values(), key=lambda one: ORDER.index(one.how))[:SHOWN]


def _fitting(live: Entries, pattern: str) -> list[Entry]:
    """Full plates that fit a partial one, by the characters that it begins with; without any it would be a look at
    every entry, and nothing is said."""
    begins = re.split(r"[?*]", pattern, maxsplit=1)[0]
    if not begins:
        return []
    some = live.filter(bare__startswith=begins)[: SHOWN * 20]
    folded = partial.pattern(pattern)
    fitting = (
        one for one in some if not partial.is_partial(one.bare) and partial.fits(folded, fold(one.bare))
    )
    return list(islice(fitting, SHOWN))


def _how(bare: str, other: str) -> str:
    if other == bare:
        return SAME
    if partial.is_partial(bare) or partial.is_partial(other):
        return PARTIAL
    return LOOK_ALIKE if fold(other) == fold(bare) else NEAR


def _alike(bare: str) -> Iterator[str]:
    """Every way to write it with characters that look alike."""
    return ("".join(one) for one in product(*(ALIKE.get(character, character) for character in bare)))


def _one_off(bare: str) -> Iterator[str]:
    """Every plate that is one character more, less or other."""
    for at in range(len(bare) + 1):
        before, after = bare[:at], bare[at:]
        if after:
            yield before + after[1:]
            yield from (before + one + after[1:] for one in CHARACTERS)
        yield from (before + one + after for one in CHARACTERS)
