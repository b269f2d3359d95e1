"""`{% leftout %}…{% endleftout %}`: a part of a page, and above it what could not be shown there."""

from django.template import Context, Library, Node
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from plateward.people.left_out import left_out

register = Library()


class LeftOutNode(Node):
    """Known once the part is rendered. A part within another that says it says it for both."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        html = self.nodelist.render(context)
        request = context.get("request")
        altered = left_out(request) if request else []
        if altered and request.__dict__.setdefault("left_out_said", self) is self:
            html = (
                render_to_string("web/left_out.html", {"altered": altered, "may": context.get("may")}) + html
            )
        return mark_safe(html)  # noqa: S308  # it is templates' own


@register.tag
def leftout(parser: Parser, _token: Token) -> LeftOutNode:
    """Up to `endleftout`."""
    nodelist = parser.parse(("endleftout",))
    parser.delete_first_token()
    return LeftOutNode(nodelist)
