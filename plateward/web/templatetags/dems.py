"""An alert's DEMS export on the alert's page, which knows nothing of DEMS itself."""

from typing import Any

from django import template
from django.template import RequestContext

from plateward.evidence.dems.page import state_of
from plateward.people.http import person_of

register = template.Library()


@register.inclusion_tag("dems/state.html", takes_context=True)
def dems_export(context: RequestContext, number: int) -> dict[str, Any]:
    """The DEMS duty of this alert, if it has one."""
    return state_of(number, person_of(context.request))
