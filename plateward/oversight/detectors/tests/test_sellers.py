"""Somebody looks up strangers for others, plate after plate, where colleagues often have no case number either."""

from datetime import datetime

import pytest

from plateward.oversight.detectors.records import Shift
from plateward.oversight.detectors.tests.invented_agency import (
    BEGIN,
    DAY,
    HOUR,
    Agency,
    Ways,
    in_order,
    make_agency,
)
from plateward.oversight.detectors.tests.years import watch

CARELESS = Ways(people=80, days=90, no_case=0.33, cad_names_plate=0.0)
SOLD_IN = (BEGIN + 50 * DAY, BEGIN + 62 * DAY)


def sells(agency: Agency, person: str, shifts: list[Shift], plates: int) -> list[datetime]:
    """Searches for so many strangers: on shift, with ordinary reasons, without a case number."""
    moments = sorted(agency.rng.choice(shifts).start + agency.rng.random() * 10 * HOUR for _ in range(plates))
    agency.events += [agency.search(person, at, agency.plate(), "") for at in moments]
    return moments


@pytest.mark.clause("6.a.ii.2/found", "6.a.ii.3/found", "6.a.iii/worth")
@pytest.mark.parametrize("seed", [21, 22])
def test_most_sellers_of_plates_are_found_among_colleagues_a_third_of_whose_searches_have_no_number(
    seed: int,
) -> None:
    agency, begin, end = make_agency(seed, CARELESS), *SOLD_IN
    there = {
        person: lately
        for person, shifts in agency.by_person.items()
        if agency.people[person].role == "officer"
        and len(lately := [shift for shift in shifts if begin <= shift.start <= end]) > 4
    }
    sellers = agency.rng.sample(sorted(there), 3)
    sold = {seller: sells(agency, seller, there[seller], 20) for seller in sellers}
    findings = watch(agency, list(in_order(agency)))
    found = {item.subject for item in findings if item.at >= sold.get(item.subject, [end])[0]}
    assert len(sold.keys() & found) >= 2
    wrong = [item for item in findings if item.subject not in sold]
    assert len(wrong) <= CARELESS.days / 7  # one a week
