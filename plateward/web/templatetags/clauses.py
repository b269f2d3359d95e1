"""`{% clauses %}…{% endclauses %}`: clause numbers within become links to what the software does for the clause, for
people who may follow them. One place does it for all pages, for what templates say and for sentences from code."""

import re
from bisect import bisect
from dataclasses import dataclass
from functools import cache

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from plateward.ground.policy.packs import known_packs, known_rows, selection

register = template.Library()

# Where there can be no link, or none is wanted.
WITHOUT = "a|button|code|h1|label|legend|option|pre|script|select|style|summary|svg|textarea|title"
ELEMENT = re.compile(rf"<(?P<name>{WITHOUT})\b.*?</(?P=name)>", re.DOTALL)
TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^'">])*>""")


@dataclass(frozen=True)
class Patterns:
    """What citations look like: `cited`, one or several with the word before them; `id`, each of them."""

    cited: re.Pattern[str]
    id: re.Pattern[str]


def patterns() -> Patterns:
    """As the packs say. An id is found wherever it stands if its pack says how it `begins`; otherwise it may be
    something else, and follows the word "clause" or the pack's name."""
    return _patterns(selection())


@cache
def _patterns(_selection: str) -> Patterns:
    packs = known_packs()
    others = "|".join(rf"(?:{pack.ids})\b" for pack in packs if not pack.begins)
    each = "|".join([others, *(rf"{pack.ids}\b(?!\.\w)" for pack in packs if pack.begins)])
    words = ["Clause", "Clauses", "clause", "clauses", *(pack.name for pack in packs if not pack.begins)]
    after_first = "|".join(rf"(?<=\b{re.escape(word[0])}){re.escape(word[1:])}" for word in words)
    named = rf"(?:{after_first}) (?:{others})(?:(?:, | and | or )\b(?:{each}))*"
    alone = [rf"(?<=\b[{pack.begins}]){pack.after_begin}\b(?!\.\w)" for pack in packs if pack.begins]
    # It begins with the characters that a citation may begin with: so Python finds them in a tenth of the time.
    begins = "".join([*(pack.begins for pack in packs), *(re.escape(word[0]) for word in words)])
    cited = rf"[{begins}](?:{'|'.join([*alone, named])})"
    return Patterns(re.compile(cited), re.compile(rf"\b(?:{each})"))


def link_clauses(html: str) -> str:
    """The page's HTML with a link at each number that a pack has, outside of tags, other links and controls."""
    cited = list(patterns().cited.finditer(html))
    if not cited:
        return html
    elements = [element.span() for element in ELEMENT.finditer(html)]
    begins = [begin for begin, _ in elements]
    pieces, done = [], 0
    for match in cited:
        before = bisect(begins, match.start()) - 1
        if (before >= 0 and match.start() < elements[before][1]) or _in_tag(html, match.start()):
            continue
        pieces += [html[done : match.start()], patterns().id.sub(_link, match[0])]
        done = match.end()
    return "".join([*pieces, html[done:]])


def sections() -> frozenset[str]:
    """What clauses belong to, as it is cited: "6.c" for 6.c.ii.1 and others."""
    return _sections(selection())


@cache
def _sections(_selection: str) -> frozenset[str]:
    parts = (id.split(".") for id in known_rows() if id[0].isdigit())
    return frozenset(".".join(part[:length]) for part in parts for length in range(2, len(part)))


def _in_tag(html: str, at: int) -> bool:
    tag = TAG.match(html, max(0, html.rfind("<", 0, at)))
    return tag is not None and tag.end() > at


def _link(cited: re.Match[str]) -> str:
    id = cited[0]
    if id not in known_rows() and id not in sections():
        return id
    # In a tab of its own: what is typed on this page stays. With scripts it is a dialog (frontend/src/clauses.js).
    return (
        f'<a class="clause-ref" href="{reverse("clause", args=[id])}" target="_blank" rel="noopener">{id}</a>'
    )


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
