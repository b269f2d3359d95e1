"""What of an outside agency's grant is in the sharing configuration, and the grant as far as it is signed. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people import days
from plateward.people.agencies.rules import Scope
from plateward.people.sharing.limits import Bound, Limit, Names, meet
from plateward.people.signed import Limits

AGENCIES = "agencies"  # the section


def _moment(value: str) -> str:
    return days.format_moment(datetime.fromisoformat(value))


def _last_day(value: str) -> str:
    return clock.format_day(days.last_day(datetime.fromisoformat(value)))


LIMITS: Mapping[str, Limit] = {
    "purposes": Names("purposes", lambda key: PURPOSES[key].label if key in PURPOSES else key),
    "offenses": Names("offenses", lambda key: OFFENSES[key].label if key in OFFENSES else key),
    "places": Names("districts"),
    "days_back": Bound("days back", "{:,}".format),
    "queries_a_day": Bound("searches a day", "{:,}".format),
    "images": Bound("images", lambda value: "yes" if value else "no"),
    "begins": Bound("from", _moment, at_least=True),
    "ends": Bound("through", _last_day),
}


def limits_of_scope(scope: Scope) -> Limits:
    """As the configuration has it."""
    return {
        "purposes": sorted(scope.purposes),
        "offenses": sorted(scope.offenses),
        "places": sorted(scope.places),
        "days_back": scope.days_back,
        "queries_a_day": scope.queries_a_day,
        "images": scope.images,
        "begins": _text(scope.begins),
        "ends": _text(min(scope.ends, scope.declaration_ends or scope.ends)),
    }


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@enforces("AC-4/flow", "AC-3/signed", "6.b.i.6/scope", "SB40.share/purposes")
def as_signed(scope: Scope, limits: Limits | None) -> Scope | None:
    """The scope as far as it is signed; None: not at all, and before anything is signed."""
    given = meet(LIMITS, limits, limits_of_scope(scope))
    if given is None:
        return None
    return replace(
        scope,
        purposes=frozenset(given["purposes"]),
        offenses=frozenset(given["offenses"]),
        places=frozenset(given["places"]),
        days_back=given["days_back"],
        queries_a_day=given["queries_a_day"],
        images=given["images"],
        begins=datetime.fromisoformat(given["begins"]),
        ends=min(scope.ends, datetime.fromisoformat(given["ends"])),
    )


def is_over(limits: Limits, now: datetime) -> bool:
    """Whether such a grant has ended by itself."""
    return datetime.fromisoformat(limits["ends"]) <= now
