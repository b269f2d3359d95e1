"""What an upper room shows on the pages of a lower one, which knows nothing of it; and the panels of the home page."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString

from plateward.ground.policy.decision import Refusal
from plateward.people.http import person_of
from plateward.people.permissions import Permission
from plateward.work.alerts.confirming.models import Misreads, faults_of_list, misreads_by_reader
from plateward.work.alerts.models import Alert
from plateward.work.dispatch.actions import may_tell
from plateward.work.dispatch.console import bare_rows
from plateward.work.dispatch.models import CallAlert
from plateward.work.dispatch.views import FIND_ID, FindCallForm, NotifyDispatchForm, open_calls
from plateward.work.evidence.dems.page import state_of

register = template.Library()
register.simple_tag(faults_of_list, name="faults_of_list")
register.simple_tag(misreads_by_reader, name="misreads")


@register.filter
def of_reader(misreads: dict[int, Misreads], reader: int) -> Misreads | None:
    """What people found wrong with one reader's alerts; None if there is nothing."""
    return misreads.get(reader)


@register.inclusion_tag("dems/state.html", takes_context=True)
def dems_export(context: RequestContext, number: int) -> dict[str, Any]:
    """The DEMS duty of this alert, if it has one."""
    return state_of(number, person_of(context.request))


@register.simple_tag(takes_context=True)
def home_panel(context: RequestContext, name: str, panel: dict[str, Any]) -> SafeString:
    """The room's template, with `panel` besides what the page itself has."""
    assert context.template is not None  # noqa: S101  # it is being rendered
    with context.push(**panel):
        return context.template.engine.get_template(name).render(context)


@register.inclusion_tag("dispatch/of_alert.html", takes_context=True)
def dispatch(context: RequestContext, number: int) -> dict[str, Any]:
    """The call of this alert, or the way to notify dispatch. Context: number; row, or None; form and barred
    (why not); find, the form for CAD's number, and looked (views.LookUpResult), what it found; may_view."""
    request = context.request
    me = person_of(request)
    link = CallAlert.objects.filter(alert=number).select_related("call").first()
    row = bare_rows([link.call])[0] if link else None
    panel: dict[str, Any] = {
        "number": number,
        "row": row,
        "may_view": Permission.DISPATCH_VIEW in me.permissions,
        "csrf_token": context.get("csrf_token"),
    }
    if link or Permission.DISPATCH_TELL not in me.permissions:
        return panel
    alert = Alert.objects.select_related("entry__hotlist").get(pk=number)
    decision = may_tell(alert)
    barred = decision if isinstance(decision, Refusal) else None
    return panel | {
        "barred": barred,
        "form": None if barred else NotifyDispatchForm(open_calls(request), auto_id="tell_%s"),
        "find": context.get("find") or FindCallForm(auto_id=FIND_ID),
        "looked": context.get("looked"),
    }
