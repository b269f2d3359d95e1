"""The policy's clauses where one stands: what this software does for each, and the agency's own words if it gave them
(PLATEWARD_POLICY_TEXT)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from plateward.errors import PlatewardError
from plateward.policy.packs import Pack, PolicyRow, packs, policy_rows

KINDS = {
    "E": "Enforced: it cannot be done otherwise.",
    "W": "A workflow: recorded, with a deadline and somebody responsible.",
    "D": "Detected and reported afterward.",
    "S": "Stated: a notice or a label; no software can force it.",
}


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
    def kinds(self) -> list[str]:
        """How the software stands for it."""
        return [KINDS[kind] for kind in self.row.kind.split("/")]


@cache
def agency_words(file: Path | None) -> Mapping[str, str]:
    """The agency's own words of each clause, by its number. Raises PlatewardError for a file that is none of that."""
    if file is None:
        return {}
    try:
        words = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PlatewardError(f"{file} (PLATEWARD_POLICY_TEXT) cannot be read: {error}") from error
    wrong = [id for id, text in words.items() if not isinstance(text, str)] + sorted(
        words.keys() - policy_rows().keys()
    )
    if wrong:
        raise PlatewardError(
            f'{file} (PLATEWARD_POLICY_TEXT): {wrong[0]} is no clause with its text. Write each as "6.e.iii" = "…".'
        )
    return words


@require_GET
def clause(request: HttpRequest, id: str = "") -> HttpResponse:
    """One clause, those of a section ("6.c"), or all. Context: id; clauses, each a ClauseText; near, the other ids of
    its section. Nothing in it is protected, and it is not on the log."""
    words = agency_words(settings.POLICY_TEXT)
    every = [ClauseText(row, pack, words.get(row.id, "")) for pack in packs() for row in pack.rows]
    found = [text for text in every if text.row.id == id] or [
        text for text in every if not id or text.row.id.startswith(f"{id}.")
    ]
    if not found:
        raise Http404("The policy has no such clause.")
    near = [text.row.id for text in every if text.section == found[0].section and text not in found]
    return render(request, "policy/clause.html", {"id": id, "clauses": found, "near": near if id else []})
