"""`{% url 'room:page' %}`, as Django's; an address that takes no arguments is computed once."""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as any_url

from plateward.web.addresses import address_of

register = template.Library()


class FixedURLNode(URLNode):
    """Of a route that the template names."""

    def render(self, context: Context) -> str:
        """No address of ours has a character that HTML escapes."""
        return address_of(self.view_name.resolve(context))


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Django's own node, unless the route is a plain name, and alone."""
    node = any_url(parser, token)
    if node.args or node.kwargs or node.asvar or not isinstance(node.view_name.var, str):
        return node
    return FixedURLNode(node.view_name, [], {}, None)
