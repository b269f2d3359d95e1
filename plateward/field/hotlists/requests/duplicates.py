"""Entries in force that may be the requested plate: the same but for look-alike characters, one character
off, or partial. Only from lists that the viewer may see; nothing is said of others, above all covert ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from django.db.models import Q

from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Entries, Entry, HotList
from plateward.ground import clock
from plateward.ground.matching import partial
from plateward.ground.matching.normalize import fold
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person

MOST_SHOWN, LOOKED_AT = 50, 5000
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
ALIKE = {letter: same for same in ("0O", "1I", "2Z", "5S", "6G", "8B") for letter in same}
# How an existing entry relates to the requested one, the closest first.
SAME, LOOK_ALIKE, NEAR, PARTIAL = (
    "the same plate",
    "look-alike characters",
    "one character differs",
    "a partial plate fits",
)
ORDER = (SAME, LOOK_ALIKE, NEAR, PARTIAL)


@dataclass(frozen=True)
class Duplicate:
    """An entry in force, and how it resembles the requested one. `replaced`: the new one replaces it."""

    entry: Entry
    how: str
    replaced: bool


@enforces("6.c.ii/lists")
def likely_duplicates(
    viewer: Person, hotlist: HotList | None, plate: str, state: str, *, but: Entry | None = None
) -> list[Duplicate]:
    """At most 50, the closest first. `but`: the request's own entry, which does not count."""
    bare, visible = partial.normalize_partial(plate), _VisibleEntries(viewer, but)
    if partial.is_partial(bare):
        candidates = [*visible.of(Q(bare=bare)), *_full_plates_fitting(visible, bare)]
    else:
        fits = (
            entry
            for entry in visible.pieces()
            if partial.pattern_fits(partial.folded_pattern(entry.bare), fold(bare))
        )
        look_alikes = product(*(ALIKE.get(character, character) for character in bare))
        spellings = {*map("".join, look_alikes), *_one_character_off(bare)}
        candidates = [*visible.of(Q(bare__in=spellings)), *fits]
    duplicates = {
        entry.pk: Duplicate(
            entry,
            _likeness(bare, entry.bare),
            entry.hotlist == hotlist and (entry.bare, entry.state, entry.nic) == (bare, state, ""),
        )
        for entry in candidates
    }
    return sorted(duplicates.values(), key=lambda duplicate: ORDER.index(duplicate.how))[:MOST_SHOWN]


class _VisibleEntries:
    """The entries that a viewer may see."""

    def __init__(self, viewer: Person, but: Entry | None) -> None:
        self._lists = set(lists_for(viewer).values_list("pk", flat=True))
        now = clock.now()
        live = Entry.objects.in_force().filter(Q(expires_at=None) | Q(expires_at__gt=now))
        self._live = live.exclude(pk__in=[but.pk] if but else []).select_related("hotlist")

    def of(self, plates: Q) -> list[Entry]:
        """Look up by plate alone, whose index is fast among a million entries, then filter."""
        keys = Entry.objects.filter(plates).order_by().values_list("pk", flat=True)[:LOOKED_AT]
        return [entry for entry in self._live.filter(pk__in=list(keys)) if entry.hotlist_id in self._lists]

    def pieces(self) -> Entries:
        """Partial plates; NCIC's file has none."""
        visible = self._live.filter(hotlist__in=self._lists).exclude(hotlist__kind=HotList.Kind.NCIC)
        return visible.filter(Q(bare__contains="?") | Q(bare__contains="*"))


def _full_plates_fitting(visible: _VisibleEntries, pattern: str) -> list[Entry]:
    """Full plates that fit a partial one, found by its leading characters; if it has none, nothing is
    returned, because every entry would have to be checked."""
    begins = re.split(r"[?*]", pattern, maxsplit=1)[0]
    if not begins:
        return []
    after = begins[:-1] + chr(ord(begins[-1]) + 1)
    some, folded = visible.of(Q(bare__gte=begins, bare__lt=after)), partial.folded_pattern(pattern)
    fitting = (
        entry
        for entry in some
        if not partial.is_partial(entry.bare) and partial.pattern_fits(folded, fold(entry.bare))
    )
    return list(islice(fitting, MOST_SHOWN))


def _likeness(bare: str, listed: str) -> str:
    if listed == bare:
        return SAME
    if partial.is_partial(bare) or partial.is_partial(listed):
        return PARTIAL
    return LOOK_ALIKE if fold(listed) == fold(bare) else NEAR


def _one_character_off(bare: str) -> Iterator[str]:
    """Every plate with one character added, removed or changed."""
    for at in range(len(bare) + 1):
        before, after = bare[:at], bare[at:]
        if after:
            yield before + after[1:]
            yield from (before + character + after[1:] for character in CHARACTERS)
        yield from (before + character + after for character in CHARACTERS)
