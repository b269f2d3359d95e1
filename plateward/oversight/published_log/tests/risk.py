"""What somebody who knows searches from elsewhere learns of the published search log: an invented agency, and attacks.

`python -m plateward.oversight.published_log.tests.risk` prints the figures by month, as published, and by week and day.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plateward.ground.reasons.offenses import OFFENSES
from plateward.oversight.published_log.rules import (
    ANY,
    PublishedRow,
    class_of,
    family_of,
    published,
)

BEGINS = date(2026, 1, 1)
Rounding = Callable[[date], date]
ROUNDINGS: dict[str, Rounding] = {
    "month": lambda day: day.replace(day=1),
    "week": lambda day: day - timedelta(days=day.weekday()),
    "day": lambda day: day,
}
PURPOSES = {"stolen_vehicle": "stolen_vehicle", "missing": "missing_person", "amber": "amber_alert"}


@dataclass(frozen=True)
class Known:
    """A search as a court record has it: who, for which plate, when, and for what."""

    day: date
    row: PublishedRow


def agency(officers: int = 150, searches: int = 20_000, seed: int = 33) -> list[Known]:
    """A year. Few officers search much, most little; few offenses are common and most rare; a third of the plates are
    looked for again, most just once. One officer looks for one plate 395 times."""
    dice = random.Random(seed)  # an invented agency, no key
    names, offenses = [f"officer {n}" for n in range(officers)], sorted(OFFENSES)
    dice.shuffle(offenses)
    made = []
    for number in range(searches):
        plate = f"plate {dice.randrange(number + 1) if dice.random() < 0.33 else number}"
        [offense] = dice.choices(offenses, [1 / (n + 1) for n in range(len(offenses))])
        [officer] = dice.choices(names, [1 / (n + 3) for n in range(officers)])
        [decision] = dice.choices(["allowed", "approved", "stopped", "refused"], [80, 12, 7, 1])
        day = BEGINS + timedelta(days=dice.randrange(365))
        purpose = PURPOSES.get(offense, dice.choice(["felony", "misdemeanor"]))
        made.append(
            Known(
                day, PublishedRow(officer, plate if dice.random() < 0.95 else "", purpose, offense, decision)
            )
        )
    stalker = PublishedRow(names[10], "his neighbor's", "felony", "theft", "allowed")
    return made + [Known(BEGINS + timedelta(days=n % 365), stalker) for n in range(395)]


@dataclass(frozen=True)
class Risk:
    """`coarser`, `withheld`: percent of rows. `officers`, `plates`: the fewest that one known search leaves. `two`,
    `count`: percent of officers left alone by two known searches, and of officer-months by how many searches there
    were. `told`: coarser classes whose offense is told by the exact counts of a transparency page."""

    rows: int
    coarser: float
    withheld: float
    officers: int
    plates: int
    two: float
    count: float
    told: int

    def __str__(self) -> str:
        return (
            f"{self.rows:,} rows, {self.coarser:.1f} % less detailed, {self.withheld:.1f} % withheld; one known "
            f"search leaves at least {self.officers} officers and {self.plates} plates; two known "
            f"searches leave one officer for {self.two:.1f} % of officers; the number of searches in a period leaves "
            f"one for {self.count:.1f} % of officer-periods; offenses told by exact counts: {self.told}"
        )


def measure(searches: list[Known], rounding: Rounding) -> Risk:
    """Publish these, a period each, and attack."""
    periods: defaultdict[date, list[PublishedRow]] = defaultdict(list)
    for search in searches:
        periods[rounding(search.day)].append(search.row)
    done = {begins: published(rows) for begins, rows in periods.items()}
    officers: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    plates: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for begins, made in done.items():
        for row in made.rows:
            officers[begins, *class_of(row)].add(row.officer)
            plates[begins, *class_of(row)].add(row.plate)

    def left(search: Known, sets: dict[tuple[object, ...], set[str]]) -> set[str]:
        """Who it may have been: of each class that it may be part of."""
        said = {search.row.offense, family_of(search.row.offense), ANY}
        classes = [class_of(replace(search.row, offense=offense)) for offense in said]
        return set().union(*(sets.get((rounding(search.day), *one), set()) for one in classes))

    total, kept = len(searches), sum(len(made.rows) for made in done.values())
    seen = [(left(search, officers), left(search, plates), search) for search in searches]
    return Risk(
        rows=kept,
        coarser=100 * sum(made.coarser for made in done.values()) / max(1, kept),
        withheld=100 * (total - kept) / total,
        officers=min(len(who) for who, _, _ in seen if who),
        plates=min(len(which) for _, which, search in seen if which and search.row.plate),
        two=_alone_by_two(searches, lambda search: left(search, officers)),
        count=_alone_by_count([[row.officer for row in made.rows] for made in done.values()]),
        told=sum(_told(periods[begins], made.rows) for begins, made in done.items()),
    )


def _alone_by_two(searches: list[Known], left: Callable[[Known], set[str]]) -> float:
    """Of each officer two searches are known, drawn at random."""
    dice, of = random.Random(1), defaultdict(list)
    for search in searches:
        of[search.row.officer].append(search)
    pairs = [dice.sample(some, 2) for some in of.values() if len(some) > 1]
    return 100 * sum(len(left(one) & left(two)) == 1 for one, two in pairs) / len(pairs)


def _alone_by_count(periods: list[list[str]]) -> float:
    """Who is the only one with so many rows in a period."""
    alone = among = 0
    for names in periods:
        often = Counter(Counter(names).values())
        alone += sum(number == 1 for number in often.values())
        among += sum(often.values())
    return 100 * alone / max(1, among)


def _told(rows: list[PublishedRow], said: tuple[PublishedRow, ...]) -> int:
    """Classes without an offense of their own whose rows are all of one offense, after subtracting what is published
    as it is from the exact counts."""
    rest = Counter((row.purpose, row.decision, row.plate == "", row.offense) for row in rows)
    for row in said:
        rest[row.purpose, row.decision, row.plate == "", row.offense] -= 1
    classes = {
        (row.purpose, row.decision, row.plate == "", row.offense)
        for row in said
        if row.offense.startswith(ANY)
    }
    return sum(
        sum(
            number > 0 and (of[:3] == one[:3]) and one[3] in (family_of(of[3]), ANY)
            for of, number in rest.items()
        )
        == 1
        for one in classes
    )


def main() -> None:
    searches = agency()
    for name, rounding in ROUNDINGS.items():
        print(f"By {name}: {measure(searches, rounding)}.")  # noqa: T201


if __name__ == "__main__":
    main()
