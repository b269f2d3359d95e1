"""The law's clocks for public records. Pure.

New Mexico's Inspection of Public Records Act (IPRA, NMSA 1978, 14-2-8 and 14-2-10): inspection, or a letter that says
when, within three business days; all of it within fifteen days; longer only for what is excessively burdensome or
broad, by a written notice before it is due."""

from datetime import date, timedelta

from plateward.core.decisions.rules import must_say
from plateward.ground import clock
from plateward.ground.policy.decision import Decision, Refusal
from plateward.ground.policy.trace import enforces

CLAUSE = "6.h.iii"
DAY = timedelta(days=1)
BUSINESS_DAYS, CALENDAR_DAYS = 3, 15
LONGEST_EXTENSION = 90  # days at once
TOLD_BEFORE = 3  # days before an answer is due


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The weekday's `number`th day of a month; -1: its last."""
    first = date(year, month, 1)
    days = [day for at in range(31) if (day := first + at * DAY).month == month and day.weekday() == weekday]
    return days[number - 1 if number > 0 else number]


@enforces("6.h.iii/deadlines")
def holidays(year: int) -> set[date]:
    """The State's legal public holidays as its offices observe them (NMSA 1978, 12-5-2): Presidents' Day on the day
    after Thanksgiving; what falls on a Saturday on the Friday before, on a Sunday on the Monday after."""
    thanksgiving = _nth(year, 11, 3, 4)
    fixed = [date(year, *day) for day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))] + [
        date(year + 1, 1, 1)
    ]
    observed = {day + {5: -1, 6: 1}.get(day.weekday(), 0) * DAY for day in fixed}
    mondays = {_nth(year, 1, 0, 3), _nth(year, 5, 0, -1), _nth(year, 9, 0, 1), _nth(year, 10, 0, 2)}
    return observed | mondays | {thanksgiving, thanksgiving + DAY}


@enforces("6.h.iii/deadlines")
def acknowledge_by(received: date) -> date:
    """The last day for the first letter: the third business day after the request came."""
    day, left = received, BUSINESS_DAYS
    while left:
        day += DAY
        left -= day.weekday() < 5 and day not in holidays(day.year)
    return day


@enforces("6.h.iii/deadlines")
def answer_by(received: date) -> date:
    """The last day for the whole answer. It is not moved where it falls on a weekend."""
    return received + CALENDAR_DAYS * DAY


@enforces("6.h.iii/deadlines")
def may_extend(*, reason: str, due: date, until: date, today: date, open: bool) -> Decision:
    """Whether the answer may come later: only of an excessively broad or burdensome request, told before it is due."""
    if not open:
        return Refusal(CLAUSE, "This request is already answered.", "No action is needed.")
    if today > due:
        return Refusal(
            CLAUSE, f"The answer was due on {clock.format_day(due)}.", "Answer it now; it cannot be extended."
        )
    if not due < until <= today + LONGEST_EXTENSION * DAY:
        return Refusal(
            CLAUSE,
            "This day is not a reasonable extension.",
            f"Choose a day after {clock.format_day(due)}, within {LONGEST_EXTENSION} days from today.",
            field="until",
        )
    return must_say(
        CLAUSE,
        reason,
        "The letter does not say why the request is excessively burdensome or broad.",
        "State what it takes to answer it (NMSA 1978, 14-2-10).",
        "reason",
    )


@enforces("6.h.iii/deadlines")
def next_due(received: date, due: date, *, acknowledged: bool) -> date:
    """What is due next: the first letter, then the answer."""
    return due if acknowledged else min(acknowledge_by(received), due)


@enforces("6.h.iii/deadlines")
def is_told(due: date, today: date, *, first: bool) -> bool:
    """Whether Records is reminded: of the first letter from the day before on, of the answer from three days before."""
    return today >= due - (1 if first else TOLD_BEFORE) * DAY
