"""Small counts: what is published names nobody, not even by subtraction."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.oversight.transparency.rules import LEAST, NOT_SHOWN, WITHHELD, shown

pytestmark = pytest.mark.clause("6.h.i/release")
MANY = frozenset(f"offense{n}" for n in range(29))
tables = st.dictionaries(st.sampled_from(sorted(MANY)), st.integers(1, 40))


def test_a_count_below_five_is_withheld_with_all_other_small_ones() -> None:
    table = {"robbery": 12, "wildlife": 1, "terrorism": 4, "drugs": 5}
    assert shown(table, MANY) == {"robbery": 12, "drugs": 5, WITHHELD: 5}


def test_where_the_small_ones_are_few_together_another_is_withheld_with_them() -> None:
    assert shown({"robbery": 12, "wildlife": 1, "drugs": 5}, MANY) == {"robbery": 12, WITHHELD: 6}


def test_few_searches_in_all_are_not_even_a_sum() -> None:
    assert shown({"robbery": 2, "wildlife": 1}, MANY) == {WITHHELD: NOT_SHOWN}


def test_of_two_agencies_the_small_one_hides_the_large() -> None:
    agencies = frozenset({"Arizona", "Texas"})
    assert shown({"Arizona": 3, "Texas": 50}, agencies) == {WITHHELD: 53}
    assert shown({"Arizona": 3}, frozenset({"Arizona"})) == {WITHHELD: NOT_SHOWN}


def test_where_nothing_is_small_everything_is_shown() -> None:
    assert shown({"Arizona": 30, "Texas": 50}, frozenset({"Arizona", "Texas"})) == {
        "Texas": 50,
        "Arizona": 30,
        WITHHELD: 0,
    }


@given(tables)
def test_no_small_count_is_shown_and_the_sum_stays(table: dict[str, int]) -> None:
    public = shown(table, MANY)
    rest = public.pop(WITHHELD)
    assert all(number >= LEAST for number in public.values() if isinstance(number, int))
    if isinstance(rest, int):
        assert sum(map(int, public.values())) + rest == sum(table.values())


@pytest.mark.parametrize(("categories", "most"), [(2, 18), (3, 18), (4, 11)])
def test_subtraction_tells_no_small_count(categories: int, most: int) -> None:
    """Of every table there could be: whoever sees what is published, and knows the sum and this rule, is left with two
    or more possible counts of each category that is withheld and small."""
    names = [f"c{n}" for n in range(categories)]
    alike = defaultdict(list)
    for counts in product(range(most), repeat=categories):
        table = {name: count for name, count in zip(names, counts, strict=True) if count}
        alike[frozenset(shown(table, frozenset(names)).items()), sum(counts)].append(counts)
    for (public, _), possible in alike.items():
        published = dict(public)
        for at, name in enumerate(names):
            values = {counts[at] for counts in possible}
            told = name not in published and len(values) == 1 and 0 < min(values) < LEAST
            assert not told, (published, name, values)
