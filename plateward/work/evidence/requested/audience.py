"""Whose requested package is whose, and the alerts of a case that a person sees."""

from collections.abc import Iterable
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Q, QuerySet

from plateward.core.audit.events import Event
from plateward.core.cases.rules import bare
from plateward.core.pages.lists import BoundedPaginator
from plateward.ground.policy.decision import Decision
from plateward.ground.policy.trace import enforces
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import standing_of
from plateward.people.http import HiddenObject
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Alert
from plateward.work.evidence.numbers import number_of
from plateward.work.evidence.requested import rules
from plateward.work.evidence.requested.models import RequestedPackage

MOST_ALERTS = 200  # of a case, on a page that lists them


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def alerts_of_case(person: Person, number: str) -> QuerySet[Alert]:
    """The alerts that this person sees and that have this normalized number: CAD's of their call, their entry's, or
    that of their DEMS export. Newest first."""
    if not number:
        return Alert.objects.none()
    forms = {number, bare(number)}
    of_case = Q(entry__number__in=forms) | Q(link__call__number__in=forms)
    of_case |= Q(dems_duty__number__in=forms) | Q(dems_duty__steps__number__in=forms)
    keys = alerts_for(person).filter(of_case).values("pk")
    return Alert.objects.filter(pk__in=keys).order_by("-pk")


def page_of_case(of_case: QuerySet[Alert], page: str | None) -> "Page[Alert]":
    """Of these, those of the page with this number."""
    return BoundedPaginator(of_case.select_related("reader"), MOST_ALERTS).get_page(page)


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def may_still_have(person: Person, alerts: list[int]) -> Decision:
    """Whether this person, by their access at this moment, may have a package of these alerts."""
    visible = alerts_for(person).filter(pk__in=alerts).values_list("pk", flat=True)
    hindrances = refusals_for(standing_of(person), Permission.IMAGE_DOWNLOAD)
    return rules.may_still_have(alerts, set(visible), hindrances)


def is_known(number: str, alerts: Iterable[Alert]) -> bool:
    """Whether this is the hub's own number for one of these, whatever it looks like."""
    return any(number_of(alert) == number for alert in alerts)


@enforces("6.c.ii/cases", "6.b.i.9/denied")
def own_package(person: Person, pk: UUID, event: Event = Event.EVIDENCE_VIEW) -> RequestedPackage:
    """Nobody sees another's. `event`: what is to be done with it. Raises HiddenObject."""
    found: QuerySet[RequestedPackage] = RequestedPackage.objects.filter(pk=pk, by=person)
    row = found.select_related("package", "by").first()
    if row is None:
        raise HiddenObject(event, f"requested:{pk}")
    return row
