"""`{% clauses %}…{% endclauses %}`: clause numbers within become links, for people who may follow them."""

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.safestring import SafeString, mark_safe

from plateward.web.clauses import link_clauses

register = template.Library()


class ClausesNode(Node):
    """The part of a page whose clause numbers are links. `nodelist` has the blocks that other templates fill."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """As it is for somebody who is not logged in yet."""
        html = self.nodelist.render(context)
        return mark_safe(link_clauses(html)) if "may" in context else html  # noqa: S308  # it is a template's own


@register.tag
def clauses(parser: Parser, _token: Token) -> ClausesNode:
    """Up to `endclauses`."""
    nodelist = parser.parse(("endclauses",))
    parser.delete_first_token()
    return ClausesNode(nodelist)
