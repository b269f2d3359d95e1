"""What this software's migrations make of each database: `sqlite.txt` and `postgresql.txt` beside this file, a line a
table, and `functions.txt`, a line a function of PostgreSQL's. The test that compares them with a migrated database says
how to write them again."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from plateward.core.audit.protection.found import Protected


def declared_file(name: str) -> Path:
    """Of a vendor as Django names it, or of functions."""
    return Path(__file__).with_name(f"{name}.txt")


@cache
def declared_tables(vendor: str) -> Mapping[str, Protected]:
    """By table, for a vendor as Django names it."""
    return dict(map(_parse, declared_file(vendor).read_text().splitlines()))


@cache
def declared_functions(vendor: str) -> Mapping[str, str]:
    """A digest by function."""
    lines = declared_file("functions").read_text().splitlines() if vendor == "postgresql" else ()
    return {name: text for text, _, name in (line.partition(" ") for line in lines)}


def as_lines(tables: Mapping[str, Protected]) -> Iterable[str]:
    for table, found in tables.items():
        yield " ".join([table, found.rest, *(f"{name}:{text}" for name, text in found.triggers.items())])


def _parse(line: str) -> tuple[str, Protected]:
    table, rest, *triggers = line.split()
    return table, Protected(dict(trigger.split(":") for trigger in triggers), rest)
