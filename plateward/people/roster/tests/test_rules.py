"""What differs, what cannot be used, and which directory is not believed."""

from dataclasses import replace
from time import process_time

import pytest

from plateward.ground.links.ldap import Listed
from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.roster.rules import Account, compare, is_believable

pytestmark = pytest.mark.clause("AC-2/disabled", "AC-2/attributes")
ADA = Account(1, "ada", "Ada Archuleta", "4112", "ada@example.gov", employed=True, left=False)
BEN = Account(2, "ben", "Ben Begay", "4113", "", employed=True, left=False)
SAME = Listed("ada", "Ada Archuleta", "ada@example.gov", "4112")
KIM = Listed("kim", "Kim Kelley", "kim@example.gov", "5000")


def changed(**fields: str) -> Listed:
    return Listed(**{name: fields.get(name, getattr(SAME, name)) for name in SAME.__struct_fields__})


def test_it_says_who_is_new_who_is_gone_and_what_changed() -> None:
    found = compare([changed(name="Ada Archuleta-Baca", email="ada.baca@example.gov"), KIM], [ADA, BEN])
    assert found.new == {"5000": KIM}
    assert found.gone == {"4113": BEN}
    assert (found.changed["4112"].name, found.changed["4112"].email) == (
        "Ada Archuleta-Baca",
        "ada.baca@example.gov",
    )
    assert (found.unusable, found.count) == ([], 3)


def test_who_agrees_is_no_difference_whatever_the_case_of_letters() -> None:
    found = compare([changed(username="Ada", email="Ada@Example.gov")], [ADA])
    assert (found.count, found.unusable) == (0, [])


@pytest.mark.parametrize("account", [replace(BEN, employed=False), replace(BEN, left=True)])
def test_who_is_not_employed_or_has_left_is_not_gone(account: Account) -> None:
    assert not compare([SAME], [ADA, account]).gone


@pytest.mark.clause("6.e.i/own")
@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (changed(name="Аda Archuleta"), "U+0410"),  # Cyrillic
        (changed(name="Ada\u202eatelucra"), "U+202E"),
        (changed(name="<script>alert(1)</script>"), "begin with a letter"),
        (changed(name="Ada <b>Archuleta</b>"), "other than letters"),
        (changed(name='Ada",ou=admins,dc=gov'), "other than letters"),
        (changed(name=""), "begin with a letter"),
        (changed(name="A" * 101), "more than 100"),
        (changed(username="ada archuleta"), "Its username"),
        (changed(username="*)(uid=*"), "Its username"),
        (changed(number="4112)(x=*"), "no personnel number"),
        (changed(number=""), "no personnel number"),
        (changed(email="ada@example"), "not an address"),
        (changed(username="ben"), "belongs to Ben Begay"),
    ],
)
def test_what_could_be_somebody_elses_is_not_used_and_makes_nobody_gone(listed: Listed, why: str) -> None:
    found = compare([listed], [ADA, BEN])
    assert why in found.unusable[0].why
    assert not found.new
    assert not found.changed
    assert "4112" not in found.gone or listed.username != "ada"


@pytest.mark.parametrize("double", ["number", "username", "email"])
def test_of_two_with_one_number_username_or_email_neither_is_used(double: str) -> None:
    other = Listed("zoe", "Zoe Zamora", "zoe@example.gov", "6000")
    twin = Listed(**{name: getattr(KIM if name == double else other, name) for name in KIM.__struct_fields__})
    found = compare([SAME, KIM, twin], [ADA])
    assert [row.why for row in found.unusable] == [
        f"Another person of the directory has the same {double}. Correct it there."
    ] * 2
    assert not found.new


def test_who_left_is_not_brought_back_by_the_directory() -> None:
    found = compare([SAME], [replace(ADA, left=True)])
    assert "left the agency" in found.unusable[0].why


def test_ten_thousand_are_compared() -> None:
    began = process_time()
    listed = [
        Listed(f"p{number}", "Some Body", f"p{number}@example.gov", str(number)) for number in range(10_000)
    ]
    accounts = [replace(ADA, pk=number, username=f"p{number}", number=str(number)) for number in range(9_000)]
    found = compare(listed, accounts)
    assert (len(found.new), len(found.gone)) == (1000, 0)
    assert process_time() - began < 10


@pytest.mark.parametrize(
    ("listed", "gone", "believed"), [(0, 0, False), (10, 34, False), (10, 33, True), (3, 5, True)]
)
def test_a_directory_that_would_remove_everybody_is_not_believed(
    listed: int, gone: int, believed: bool
) -> None:
    accounts = [replace(BEN, pk=number, username=f"b{number}", number=str(number)) for number in range(gone)]
    decision = is_believable(compare([SAME], accounts), listed, 100)
    assert isinstance(decision, Allow if believed else Refusal)
