"""What everybody may see: a section of the sharing configuration; what is turned on is given once it is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from plateward.core.audit.records.gate import Kept, aware
from plateward.ground import clock
from plateward.ground.labeled import Labeled
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.rules import not_signed
from plateward.people.sharing.limits import Bound, Limit, meet
from plateward.people.signed import PUBLIC, Limits, limits_of


class Public(Labeled):
    """What the agency may publish; off until it is turned on and signed."""

    FIGURES = "figures", "Transparency page and its files"
    SEARCHES = "searches", "Search log under codes, and its files"


LIMITS: Mapping[str, Limit] = {
    "since": Bound("since", lambda day: clock.format_day(date.fromisoformat(day)), at_least=True)
}


@dataclass(frozen=True)
class PublicState:
    """Whether something is turned on, since when everybody may see it, and why not, for a page."""

    on: bool
    since: date | None

    @property
    def held_back(self) -> Refusal | None:
        return not_signed("This") if self.on and not self.since else None


CHANGES = Kept(
    {"people_publicchange": 'r.id, r.what, r."on", r.at'},
    lambda tables: sorted(tables["people_publicchange"]),
)


@enforces("6.b.i.9/records", "AU-9/found")
def turned_on() -> dict[str, Limits]:
    """What is turned on, and since which day of the agency; nothing while a change is not as the log says."""
    changes, altered = CHANGES.read()
    latest = {} if altered else {what: (on, at) for _, what, on, at in changes}
    return {what: {"since": days.day_of(aware(at)).isoformat()} for what, (on, at) in latest.items() if on}


@enforces("AC-4/flow", "AC-3/signed", "6.h.i/release", "SB40.confid/audit")
def public_since(what: Public) -> date | None:
    """Since when everybody may see this: what is turned on, as far as it is signed; None: nobody may."""
    given = meet(LIMITS, limits_of(PUBLIC, what), turned_on().get(what))
    return date.fromisoformat(given["since"]) if given else None


def public_state(what: Public) -> PublicState:
    """For a page."""
    return PublicState(what in turned_on(), public_since(what))
