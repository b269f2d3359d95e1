"""Which rows of the report a page shows, and their figures by section. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from plateward.ground.policy.packs import KINDS, packs
from plateward.ground.policy.report import STATES, ReportLine

ANY = ("", "Any")
STATE_TEXTS = {"covered": "Covered", "thin": "Thin", "partly": "Partly", "gap": "Gap"}
ATTENTION = "attention"


class ReportFilters(forms.Form):
    """The optional filters of the page. One with an invalid value is ignored, and its field says so."""

    pack = forms.ChoiceField(
        label="Rule book", required=False, choices=[ANY, *((p.id, p.id) for p in packs())]
    )
    section = forms.ChoiceField(
        label="Section",
        required=False,
        choices=[ANY, *((title, title) for pack in packs() for title in pack.sections.values())],
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[ANY, *STATE_TEXTS.items(), (ATTENTION, "Needs attention")]
    )
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[ANY, *((letter, kind.name) for letter, kind in KINDS.items())]
    )
    q = forms.CharField(label="Words", required=False, max_length=100)

    def passing(self, lines: Iterable[ReportLine]) -> list[ReportLine]:
        """The rows that pass every filter with a valid value."""
        self.is_valid()
        return [line for line in lines if passes(line, self.cleaned_data)]


def passes(line: ReportLine, chosen: dict[str, Any]) -> bool:
    """Whether a row passes these filters; of words, each must be in its text."""
    state = chosen.get("state")
    text = " ".join(
        (
            *(line.id, line.mechanism, *line.gaps, *line.attention),
            *(word for part in line.parts for word in (part.id, part.says, *part.modules, *part.test_files)),
            *(reading.says for reading in line.readings),
        )
    ).lower()
    return (
        chosen.get("pack", "") in ("", line.pack)
        and chosen.get("section", "") in ("", line.section)
        and (not state or state == line.state or (state == ATTENTION and bool(line.attention)))
        and (not chosen.get("kind") or chosen["kind"] in line.kind.split("/"))
        and all(word in text for word in chosen.get("q", "").lower().split())
    )


@dataclass(frozen=True)
class SectionFigures:
    """How many rows of a section are in each state; `bars`: (state, x, width) of its chart, which is 100 wide."""

    title: str
    numbers: tuple[int, ...]  # as STATES

    @property
    def bars(self) -> list[tuple[str, float, float]]:
        widths = [100 * number / sum(self.numbers) for number in self.numbers]
        return [(state, sum(widths[:at]), widths[at]) for at, state in enumerate(STATES)]


def figures_of(lines: Sequence[ReportLine]) -> list[SectionFigures]:
    """By section, in the order of the rows."""
    by_section: dict[str, list[str]] = {}
    for line in lines:
        by_section.setdefault(line.section, []).append(line.state)
    return [
        SectionFigures(title, tuple(states.count(state) for state in STATES))
        for title, states in by_section.items()
    ]
