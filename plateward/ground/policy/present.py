"""The report for people: a table in the terminal, and the page `docs/clauses.md`."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from plateward.ground.policy.packs import Pack, PolicyReading, known_packs
from plateward.ground.policy.report import PartLine, ReportLine

HEADER = ("part", "state", "what the software does", "asked by", "code", "tests", "what remains")
CODE_ALONE = "No live evidence: code alone."
STYLES = {"covered": "green", "thin": "cyan", "partly": "yellow", "gap": "red"}


def print_table(lines: Sequence[ReportLine], console: Console) -> None:
    """Print a table of all rows and parts, followed by a line for each pack."""
    table = Table("Row", "Kind", "What the software does", "Code", "Tests", "State", title="Policy report")
    for line in lines:
        state = f"[{STYLES[line.state]}]{line.state}{', [red]attention' if line.attention else ''}"
        table.add_row(
            f"[bold]{line.id}", line.kind, f"[bold]{line.mechanism}", "", "", state, end_section=False
        )
        for part in line.parts:
            numbers = str(len(part.code)), str(len(part.tests))
            table.add_row(f"  {part.id}", "", part.says, *numbers, f"[{STYLES[part.state]}]{part.state}")
    console.print(table)
    for pack in _packs_of(lines):
        states = Counter(line.state for line in lines if line.pack == pack.id)
        counts = ", ".join(f"{states[state]} {state}" for state in STYLES)
        console.print(
            f"[bold]{pack.id}[/] {pack.title} ({pack.version}): {states.total()} rows, {counts}",
            highlight=False,
        )


def to_markdown(lines: Sequence[ReportLine]) -> str:
    """The page `docs/clauses.md`: modules and tests by name; line numbers would soon be wrong. With a hub's facts, if
    the lines have them."""
    parts = [
        "# Every clause, and what stands for it\n",
        "Written by `plateward policy report --markdown`; edit the packs, not this page.\n",
        "Kinds: **E** enforced by code · **W** a workflow with a record, a deadline and an owner · "
        "**D** detected and reported after the fact · **S** stated, no code can force it.\n",
        "States: **covered** code and tests stand for it · **thin** they do, and show little · **partly** something is "
        "missing · **gap** nothing stands for it. *Asked by* names the sentence of the policy: `6.h.iii:1` is that "
        "clause's first.\n",
    ]
    for pack in _packs_of(lines):
        parts += [f"## {pack.id}: {pack.title}\n", f"Version: {pack.version}. {pack.source}\n"]
        for line in lines:
            if line.pack == pack.id:
                parts += _row(line)
    return "\n".join(parts)


def _packs_of(lines: Sequence[ReportLine]) -> list[Pack]:
    named = {line.pack for line in lines}
    return [pack for pack in known_packs() if pack.id in named]


def _row(line: ReportLine) -> list[str]:
    blocks = [
        [f"### {line.id}: {line.mechanism}"],
        [f"{line.kind}, {line.state}."],
        [f"- Sets {name}: {_value(value)}" for name, value in line.evidence.get("parameters", {}).items()],
        [f"- {topic.title}: {', '.join(topic.rows)}" for topic in line.topics],
        [_table_row(*HEADER), "|---" * len(HEADER) + "|", *(_part_row(part) for part in line.parts)],
        [f"- {fact['text']}" for fact in line.evidence["facts"]],
        [f"- **Attention:** {text}" for text in line.attention],
        [_reading(reading) for reading in line.readings],
    ]
    return [text for block in blocks if block for text in (*block, "")]


def _part_row(part: PartLine) -> str:
    remains = [*part.gaps, *([f"thin: {part.thin}"] if part.thin else [])]
    code, tests = _names(part.modules), _names(part.tests)
    return _table_row(part.id, part.state, part.says, ", ".join(part.of), code, tests, "; ".join(remains))


def _reading(reading: PolicyReading) -> str:
    return f"- Where the row is silent: {reading.says} *Why:* {reading.why} *To be confirmed by* {reading.confirms}."


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names(names: Iterable[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


def _table_row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
