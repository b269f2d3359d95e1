"""What a later room sends here: declared in the lower room, sent from the upper one within its transaction."""

from dataclasses import dataclass
from datetime import date

from django.dispatch import Signal

from plateward.people.models import Person


@dataclass(frozen=True)
class ClosedBreach:
    """What retraining needs to know of a breach whose root cause is found."""

    reference: str  # as the agency files it
    title: str
    what: str
    happened_on: date
    involved: tuple[Person, ...]
    courses: tuple[str, ...] = ("cjis",)  # their codes: what those involved take anew, as who closes it says


# Arguments: who (Who, whoever closes it), breach (ClosedBreach). Its receiver opens the duty of 6.d.iv within the
# sender's act, one a course; what it refuses stops that act.
breach_closed = Signal()
