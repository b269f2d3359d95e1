"""The published document and table, made of the log's entries of counts alone. Pure; needs no Django: an outsider makes
the same of the proven entries and compares. docs/transparency.md describes both."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from plateward.core.audit.leaf import Leaf
from plateward.core.pages.csv_text import csv_text
from plateward.oversight.transparency.counting import TABLES

FORMAT: Final = "plateward.transparency.v1"
HEADER: Final = ("period", "figure", "value")
MOST_DIGITS = 15
Value = int | str


def read_count(text: str) -> Value:
    """A count; what is none, or longer than any, stays as it is written."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else text


def counts_as_list(counts: Mapping[str, Value]) -> list[str]:
    """As an entry of the log notes them."""
    return [f"{name}={value}" for name, value in counts.items()]


def counts_of(listed: Iterable[Any]) -> dict[str, Value]:
    """From what an entry noted. Raises ValueError."""
    counts: dict[str, Value] = {}
    for item in listed:
        name, equals, value = str(item).rpartition("=")
        if not equals or not name:
            raise ValueError(f"“{item}” is no count")
        counts[name] = read_count(value)
    return counts


def document_of(entries: Iterable[Leaf], agency: Mapping[str, str]) -> dict[str, Any]:
    """The document of these entries, oldest first. `agency`: its name, ORI and time zone. Raises ValueError."""
    document: dict[str, Any] = {"format": FORMAT, **agency, "days": [], "months": [], "configuration": {}}
    for entry in entries:
        details = entry.details
        document["days"].append(
            {
                "day": str(details["day"]),
                "entry": entry.sequence,
                "counts": counts_of(_list(details["counts"])),
            }
        )
        if "month" in details:
            document["months"].append(_month(details))
        document["configuration"] = {
            name: _list(details[name]) for name in ("retention", "partners", "cameras_enrolled")
        }
    return document


def _month(details: Mapping[str, Any]) -> dict[str, Any]:
    tables: dict[str, dict[str, Value]] = {table: {} for table in TABLES}
    for name, value in counts_of(_list(details["tables"])).items():
        table = next(table for table in TABLES if name.startswith(f"{table}."))
        tables[table][name.removeprefix(f"{table}.")] = value
    return {"month": str(details["month"]), "tables": tables}


def _list(value: Any) -> Any:
    return value if isinstance(value, list | int) else [value]


def values_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Value]]:
    """Every published value: of which period, which figure."""
    for day in document["days"]:
        for name, value in day["counts"].items():
            yield day["day"], name, value
    for month in document["months"]:
        for table, rows in month["tables"].items():
            for name, value in rows.items():
                yield month["month"], f"{table}.{name}", value


def table_of(document: Mapping[str, Any]) -> bytes:
    """The same as CSV."""
    return csv_text([HEADER, *values_of(document)]).encode()
