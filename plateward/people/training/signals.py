"""Signals to this package: declared here, sent by a higher package within its transaction."""

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
    courses: tuple[str, ...] = ("cjis",)  # their codes: what those involved retake, as the closer says


# Arguments: actor (Actor, the person who closes it), breach (ClosedBreach). The receiver opens the duty of
# 6.d.iv within the sender's act, one a course; its refusal stops that act.
breach_closed = Signal()
