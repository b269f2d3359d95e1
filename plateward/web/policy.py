"""The policy's clauses where one stands: what this software does for each, and the agency's own words if it gave them
(the setting policy_text)."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.ground.policy.packs import KINDS, Kind, Pack, PolicyRow, known_packs, packs, selection


@dataclass(frozen=True)
class ClauseText:
    """A clause as a page says it."""

    row: PolicyRow
    pack: Pack
    words: str  # the agency's own, or empty

    @property
    def section(self) -> str:
        """The title of its section."""
        return self.pack.section_of(self.row.id)

    @property
    def kinds(self) -> list[Kind]:
        """How the software stands for it."""
        return [KINDS[kind] for kind in self.row.kind.split("/")]


@require_GET
def clause(request: HttpRequest, id: str = "") -> HttpResponse:
    """One clause, those of a section ("6.c"), or all of the selected packs. Context: id; clauses, each a ClauseText;
    near, the other ids of its section; selected, whether the agency selected its pack; packs. Nothing in it is
    protected, and it is not on the log."""
    words = settings.POLICY_TEXT
    shown = known_packs() if id else packs()
    every = [ClauseText(row, pack, words.get(row.id, "")) for pack in shown for row in pack.rows]
    found = [text for text in every if text.row.id == id] or [
        text for text in every if not id or text.row.id.startswith(f"{id}.")
    ]
    if not found:
        raise Http404("The policy has no such clause.")
    section = _section(found[0].section, selection()) if id else ()
    near = [near for near in section if near not in {text.row.id for text in found}]
    context = {"id": id, "clauses": found, "near": near, "packs": packs()}
    return render(request, "policy/clause.html", context | {"selected": found[0].pack in packs()})


@cache
def _section(title: str, _selection: str) -> tuple[str, ...]:
    """The ids of a section."""
    return tuple(row.id for pack in known_packs() for row in pack.rows if pack.section_of(row.id) == title)
