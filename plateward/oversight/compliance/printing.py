"""The compliance report on paper: two pages for the Chief, then every row. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from plateward.ground.policy.present import CODE_ALONE
from plateward.ground.policy.report import STATES, ReportLine
from plateward.ground.policy.trace import enforces
from plateward.oversight.compliance.listing import STATE_TEXTS, figures_of

# What the two pages have room for: rows, and characters of each.
MOST_ATTENTION, LONGEST_ATTENTION = 5, 200
MOST_OPEN, LONGEST = 20, 130
ECHO = "rows with gaps of their own"  # of a row that maps others, which are listed themselves
ENDS = re.compile(r"(?<=[.;]) ")


@enforces("4.a/map", "4.b/map", "4.c/map")
def report_data(lines: Sequence[ReportLine], read_at: str) -> dict[str, Any]:
    """The data of report.typ."""
    attention, missing = _attention(lines), _missing(lines)
    return {
        "read_at": read_at,
        "counts": [sum(line.state == state for line in lines) for state in STATES],
        "figures": [(figure.title, *figure.numbers) for figure in figures_of(lines)],
        "attention": attention[:MOST_ATTENTION],
        "more_attention": max(0, len(attention) - MOST_ATTENTION),
        "open": missing[:MOST_OPEN],
        "more_open": max(0, len(missing) - MOST_OPEN),
        "rows": [_row(line) for line in lines],
    }


def _attention(lines: Iterable[ReportLine]) -> list[tuple[str, str]]:
    """What contradicts rows now, each once, with the rows."""
    said: dict[str, list[str]] = {}
    for line in lines:
        for text in line.attention:
            said.setdefault(text, []).append(line.id)
    return [(", ".join(ids[:4]), cut(text, LONGEST_ATTENTION)) for text, ids in said.items()]


def _missing(lines: Iterable[ReportLine]) -> list[tuple[str, str, str]]:
    """What is not covered, with its first gap; what nothing does yet first."""
    return [
        (line.id, STATE_TEXTS[line.state], first(gap))
        for line in sorted(lines, key=lambda line: -STATES.index(line.state))
        if (gap := next((gap for gap in line.gaps if not gap.startswith(ECHO)), ""))
    ]


def first(gap: str) -> str:
    """Its first sentence, as a sentence."""
    sentence = ENDS.split(gap[:1].upper() + gap[1:])[0].rstrip(".;")
    return cut(f"{sentence}.", LONGEST)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _row(line: ReportLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "section": line.section,
        "kind": line.kind,
        "state": STATE_TEXTS[line.state],
        "mechanism": line.mechanism,
        "parts": [(part.id, STATE_TEXTS[part.state], part.says) for part in line.parts],
        "cited": f"In {', '.join(line.rooms) or 'no part'}: cited {len(line.code)} times, by {len(line.tests)} tests.",
        "facts": [fact["text"] for fact in line.evidence["facts"]] or [CODE_ALONE],
        "attention": line.attention,
        "gaps": line.gaps,
        "readings": [(reading.says, reading.confirms) for reading in line.readings],
        "topics": [(topic.title, ", ".join(topic.rows)) for topic in line.topics],
    }
