"""How the directory differs from the accounts here, and what of it can be approved. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plateward.ground.links.ldap import Listed
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.text import plain, strange_character
from plateward.people.models import USERNAME

MOST_GONE = 1 / 3  # of the employees here: a directory that lacks more is not believed
FEW = 5  # people who may go at once in a small agency
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
NAME_SIGNS = " .,'()-"  # beside letters
LONGEST_NAME = 100
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


@dataclass(frozen=True)
class Account:
    """A person here. `email`: where they get notices, if they chose to; `employed`: of this agency, today; `left`:
    it is on record that they left."""

    pk: int
    username: str
    name: str
    number: str
    email: str
    employed: bool
    left: bool


@dataclass(frozen=True)
class Change:
    """A person whose name or email differs. Empty: it does not."""

    account: Account
    name: str
    email: str


@dataclass(frozen=True)
class Unusable:
    """A person of the directory with whom nothing can be done, and why."""

    listed: Listed
    why: str


@dataclass(frozen=True)
class Difference:
    """What can be approved, by personnel number, and what cannot be used."""

    new: dict[str, Listed]
    changed: dict[str, Change]
    gone: dict[str, Account]
    unusable: list[Unusable]

    @property
    def count(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)


@enforces("AC-2/disabled", "AC-2/attributes")
def compare(listed: Sequence[Listed], accounts: Sequence[Account]) -> Difference:
    """People are the same by their personnel number, which is never used again; nobody is found by a name. Whoever is
    in the directory in any form, even an unusable one, is not gone."""
    people = [Listed(one.username.lower(), plain(one.name), one.email.lower(), one.number) for one in listed]
    numbers, usernames = Counter(one.number for one in people), Counter(one.username for one in people)
    emails = Counter(one.email for one in people if one.email)
    by_number = {account.number: account for account in accounts}
    by_username = {account.username: account for account in accounts}
    new: dict[str, Listed] = {}
    changed: dict[str, Change] = {}
    unusable = []
    for one in people:
        account = by_number.get(one.number)
        twice = (numbers[one.number] > 1, usernames[one.username] > 1, emails[one.email] > 1)
        if why := _problem(one, account, by_username.get(one.username), twice):
            unusable.append(Unusable(one, why))
        elif account is None:
            new[one.number] = one
        elif (name := one.name if one.name != account.name else "") or _moved(one, account):
            changed[one.number] = Change(account, name, one.email if _moved(one, account) else "")
    gone = {
        account.number: account
        for account in accounts
        if account.employed
        and not account.left
        and account.number not in numbers
        and account.username not in usernames
    }
    return Difference(new, changed, gone, unusable)


@enforces("AC-2/disabled")
def is_believable(difference: Difference, listed: int, employees: int) -> Decision:
    """Whether this is the agency's whole directory: an empty one, or one that lacks a third of the employees, is a
    fault of the directory or of the settings."""
    gone = len(difference.gone)
    if listed and gone <= max(FEW, int(employees * MOST_GONE)):
        return Allow()
    what = f"it lacks {gone} of the {employees} employees here" if listed else "it lists no people"
    return Refusal(
        "AC-2",
        f"The directory is not believed: {what}, and would remove nearly everyone.",
        "Check ldap.url, and what the hub's account may read there. Separate "
        "people who have left on their own pages.",
    )


def _moved(one: Listed, account: Account) -> bool:
    return bool(one.email and account.email and one.email != account.email.lower())


def _problem(
    one: Listed, account: Account | None, namesake: Account | None, twice: tuple[bool, bool, bool]
) -> str:
    """Why this person cannot be used; empty if they can."""
    if not NUMBER.fullmatch(one.number):
        return "It has no personnel number of at most 20 letters, digits, dots and dashes."
    if not re.match(USERNAME, one.username) or len(one.username) > 32:
        return "Its username is not 2 to 32 letters, digits, dots or dashes that begin with a letter."
    for double, what in zip(twice, ("number", "username", "email"), strict=True):
        if double:
            return f"Another person of the directory has the same {what}. Correct it there."
    if why := _bad_name(one.name):
        return why
    if one.email and not EMAIL.fullmatch(one.email):
        return "Its email is not an address."
    if account and account.left:
        return (
            "This person left the agency by the record here. Restore access on their page if they are back."
        )
    if namesake and namesake != account:
        return f"The username belongs to {namesake.name} here, whose personnel number is {namesake.number}."
    return ""


@enforces("6.e.i/own")
def _bad_name(name: str) -> str:
    """A name of another alphabet's letters may look like a colleague's; signs may be a page's or a query's."""
    if not name[:1].isalpha() or len(name) > LONGEST_NAME:
        return f"Its name does not begin with a letter, or has more than {LONGEST_NAME} characters."
    if strange := strange_character(name):
        return f"Its name has a character (U+{ord(strange):04X}) that may pass for another letter."
    if not all(character.isalpha() or character in NAME_SIGNS for character in name):
        return "Its name has something other than letters, spaces and .,'()-."
    return ""
