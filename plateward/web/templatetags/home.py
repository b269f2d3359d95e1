"""The panels of the home page, each a room's template with a context of its own."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def home_panel(context: RequestContext, name: str, panel: dict[str, Any]) -> SafeString:
    """The room's template, with `panel` besides what the page itself has."""
    assert context.template is not None  # noqa: S101  # it is being rendered
    with context.push(**panel):
        return context.template.engine.get_template(name).render(context)
