"""Where colleagues do what stands out, it does not stand out."""

import pytest

from plateward.oversight.detectors.rates import Rates
from plateward.oversight.detectors.records import Claim, Person
from plateward.oversight.detectors.testing import BEGIN, DAY
from plateward.oversight.detectors.usual import Usual

pytestmark = pytest.mark.clause("6.a.ii.2")
UNIT = [Person(f"d{n}", role="detective", unit="robbery") for n in range(8)]


@pytest.mark.parametrize(("heavy", "excess"), [(6, 2), (1, 8)])
def test_of_a_plate_that_others_search_as_often_only_the_rest_counts(heavy: int, excess: float) -> None:
    usual = Usual(60, 3)
    for index, person in enumerate(UNIT):
        for day in range(6 if index < heavy else 1):
            usual.hear(person, BEGIN + day * DAY, Claim.OTHER_PLATE, f"AAQ{index}", 1)
    mine = [(Claim.OTHER_PLATE, 1.0)] * 8
    assert usual.excess(UNIT[-1], BEGIN + 9 * DAY, mine) == excess
    assert usual.excess(UNIT[-1], BEGIN + 90 * DAY, mine) == 8
    assert usual.excess(UNIT[-1], BEGIN + 9 * DAY, [(Claim.MISSING, 1.0)] * 8) == 8, "of another kind"


def test_a_few_may_stand_out_of_a_group_and_not_most_of_it() -> None:
    rates = Rates()
    for person in UNIT:
        for _ in range(100):
            rates.add(person, "claim", [Claim.MISSING] if person != UNIT[-1] else [])
    for person in UNIT[:-1]:
        rates.leave_out(person)
    assert rates.rate(UNIT[-1], Claim.MISSING, "claim") > 0.8
