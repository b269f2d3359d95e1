"""An alert's call on the alert's page, which knows nothing of dispatch itself."""

from typing import Any

from django import template
from django.template import RequestContext

from plateward.alerts.models import Alert
from plateward.dispatch.actions import may_tell
from plateward.dispatch.console import call_rows
from plateward.dispatch.forms import FIND_ID, FindCallForm, NotifyDispatchForm
from plateward.dispatch.models import CallAlert
from plateward.dispatch.views import open_calls
from plateward.people.http import person_of
from plateward.people.permissions import Permission
from plateward.policy.decision import Refusal

register = template.Library()


@register.inclusion_tag("dispatch/of_alert.html", takes_context=True)
def dispatch(context: RequestContext, number: int) -> dict[str, Any]:
    """The call of this alert, or the way to notify dispatch. Context: number; row, or None; form and barred
    (why not); find, the form for CAD's number, and looked (views.LookUpResult), what it found; may_view; needed:
    whether it is open from the start, as it is once the plate is read and CAD's word or an answer counts."""
    request = context.request
    me = person_of(request)
    link = CallAlert.objects.filter(alert=number).select_related("call").first()
    row = call_rows([link.call], me)[0] if link else None
    confirmed = context.get("confirmed")
    panel: dict[str, Any] = {
        "number": number,
        "row": row,
        "needed": bool(confirmed and confirmed.agrees) or bool(row and row.unheard) or "looked" in context,
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
