"""Finds a call that CAD opened by its number, shows it, and adopts it as an alert's call."""

from uuid import UUID

from django.db.models import Q

from plateward.alerts.facts import OVER_STAGES
from plateward.alerts.models import Alert
from plateward.cases.cad import client
from plateward.dispatch import rules
from plateward.dispatch.models import Call, CallAlert, Line
from plateward.links.cad import CadAnswer, CadOutcome
from plateward.links.eido import URN, CadIncident
from plateward.policy.decision import Decision
from plateward.policy.trace import enforces


@enforces("6.e.vii")
def look_up(number: str) -> CadAnswer:
    """Ask CAD for a call; outside any transaction, since it may take seconds."""
    answer = client().look_up(number)
    Line.note(answer.detail if answer.outcome is CadOutcome.UNREACHABLE else "")
    return answer


def may_tell(alert: Alert) -> Decision:
    """Whether an officer may have this alert added to a call."""
    return rules.may_tell(
        closed=alert.stage in OVER_STAGES,
        covert=alert.entry.hotlist.covert,
        linked=CallAlert.objects.filter(alert=alert).exists(),
    )


@enforces("6.e.vii")
def may_add(number: str, answer: CadAnswer) -> Decision:
    """Whether an alert may be added to the call of this number."""
    heard = answer.incident
    return rules.may_add(
        number,
        reached=answer.outcome is not CadOutcome.UNREACHABLE,
        status=heard.status if heard else None,
        named=heard is not None and len(heard.id) <= Call.LONGEST_ID,
    )


@enforces("6.e.vii")
def adopt(number: str, answer: CadAnswer) -> Call:
    """Within an act that holds the line, if the alert may be added: the hub's call of this number, created if
    needed."""
    heard = answer.incident
    assert heard is not None  # noqa: S101  # else it may not be added
    existing = existing_call(number, heard)
    if existing:
        return existing
    about = heard.about
    return Call.objects.create(
        opened=Call.Opened.CAD,
        number=heard.number or number,
        cad_id=heard.id,
        kind=about.kind,
        common=about.common,
        place=about.place,
        since=about.since,
    )


def existing_call(number: str, heard: CadIncident) -> Call | None:
    """The hub's own call, however it got there: CAD's answer to the hub's message may have been lost."""
    same = Q(number=heard.number or number) | Q(cad_id=heard.id)
    if key := _key(heard.id):
        same |= Q(key=key)
    return Call.objects.filter(same).order_by("pk").first()


def _key(id: str) -> UUID | None:
    """The hub's key, from the name that it gave an incident."""
    try:
        return UUID(id.removeprefix(URN).split(":")[0].removeprefix("lpr-"))
    except ValueError:
        return None
