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
from plateward.matching.normalize import fold
from plateward.people.models import Person
from plateward.policy.trace import enforces

SHOWN, LOOKED_AT = 50, 5000
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
    bare, look = partial.normalize_partial(plate), _Look(viewer, but)
    if partial.is_partial(bare):
        candidates = [*look.of(Q(bare=bare)), *_fitting(look, bare)]
    else:
        fits = (one for one in look.pieces() if partial.fits(partial.pattern(one.bare), fold(bare)))
        candidates = [*look.of(Q(bare__in={*_alike(bare), *_one_off(bare)})), *fits]
    told = {
        one.pk: Duplicate(
            one,
            _how(bare, one.bare),
            one.hotlist == hotlist and (one.bare, one.state, one.nic) == (bare, state, ""),
        )
        for one in candidates
    }
    return sorted(told.values(), key=lambda one: ORDER.index(one.how))[:SHOWN]


class _Look:
    """What a viewer may be told of."""

    def __init__(self, viewer: Person, but: Entry | None) -> None:
        self._lists = set(lists_for(viewer).values_list("pk", flat=True))
        now = clock.now()
        live = Entry.objects.in_force().filter(Q(expires_at=None) | Q(expires_at__gt=now))
        self._live = live.exclude(pk__in=[but.pk] if but else []).select_related("hotlist")

    def of(self, plates: Q) -> list[Entry]:
        """Found by their plates alone, whose index finds them among a million; the rest is asked of these."""
        keys = Entry.objects.filter(plates).order_by().values_list("pk", flat=True)[:LOOKED_AT]
        return [one for one in self._live.filter(pk__in=list(keys)) if one.hotlist_id in self._lists]

    def pieces(self) -> Entries:
        """Partial plates; NCIC's file has none."""
        others = self._live.filter(hotlist__in=self._lists).exclude(hotlist__kind=HotList.Kind.NCIC)
        return others.filter(Q(bare__contains="?") | Q(bare__contains="*"))


def _fitting(look: _Look, pattern: str) -> list[Entry]:
    """Full plates that fit a partial one, by the characters that it begins with; without any it would be a look at
    every entry, and nothing is said."""
    begins = re.split(r"[?*]", pattern, maxsplit=1)[0]
    if not begins:
        return []
    after = begins[:-1] + chr(ord(begins[-1]) + 1)
    some, folded = look.of(Q(bare__gte=begins, bare__lt=after)), partial.pattern(pattern)
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
