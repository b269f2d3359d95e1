"""The report for people: a table in the terminal, and the page `docs/clauses.md`."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from plateward.ground.policy.packs import packs
from plateward.ground.policy.report import ReportLine

HEADER = ("id", "kind", "what the software does", "code", "tests", "gaps")
CODE_ALONE = "No live evidence: code alone."
STYLES = {"covered": "green", "partly": "yellow", "gap": "red"}


def print_table(lines: Sequence[ReportLine], console: Console) -> None:
    """Print a table of all rows, followed by a line for each pack."""
    table = Table("Row", "Kind", "What the software does", "Code", "Tests", "State", title="Policy report")
    for line in lines:
        state = f"[{STYLES[line.state]}]{line.state}{', [red]attention' if line.attention else ''}"
        table.add_row(line.id, line.kind, line.mechanism, str(len(line.code)), str(len(line.tests)), state)
    console.print(table)
    for pack in packs():
        states = Counter(line.state for line in lines if line.pack == pack.id)
        counts = ", ".join(f"{states[state]} {state}" for state in STYLES)
        console.print(
            f"[bold]{pack.id}[/] {pack.title} ({pack.version}): {states.total()} rows, {counts}",
            highlight=False,
        )


def to_markdown(lines: Sequence[ReportLine]) -> str:
    """The page `docs/clauses.md`: modules and tests by name; line numbers would soon be wrong. With a hub's facts, if
    the lines have them."""
    live = any(line.evidence["facts"] for line in lines)
    parts = [
        "# Every clause, and what stands for it\n",
        "Written by `plateward policy report --markdown`; edit the packs, not this page.\n",
        "Kinds: **E** enforced by code · **W** a workflow with a record, a deadline and an owner · "
        "**D** detected and reported after the fact · **S** stated, no code can force it.\n",
    ]
    for pack in packs():
        parts += [f"## {pack.id}: {pack.title}\n", f"Version: {pack.version}. {pack.source}\n"]
        header = (*HEADER, "evidence") if live else HEADER
        parts += [_table_row(*header), "|---" * len(header) + "|"]
        parts += [_line_row(line, live=live) for line in lines if line.pack == pack.id]
        parts.append("")
        parts += _readings([line for line in lines if line.pack == pack.id])
    return "\n".join(parts)


def _readings(lines: Iterable[ReportLine]) -> list[str]:
    listed = [
        f"- **{line.id}** {reading.says} *Why:* {reading.why} *To be confirmed by* {reading.confirms}."
        for line in lines
        for reading in line.readings
    ]
    heading = "### Readings: what is done where a row is silent, for the agency to confirm\n"
    return [heading, *listed, ""] if listed else []


def _line_row(line: ReportLine, *, live: bool) -> str:
    topics = "".join(f"<br>{topic.title}: {', '.join(topic.rows)}" for topic in line.topics)
    cells = [line.mechanism + topics, _names(line.modules), _names(line.tests), "; ".join(line.gaps)]
    if live:
        facts = [fact["text"] for fact in line.evidence["facts"]] or [CODE_ALONE]
        cells.append("<br>".join([*facts, *(f"**Attention:** {text}" for text in line.attention)]))
    return _table_row(line.id, line.kind, *cells)


def _names(names: Iterable[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


def _table_row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
