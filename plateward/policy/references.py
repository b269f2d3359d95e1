"""OPR:50 4 names other rule books. What they ask for, topic by topic in our own words, and the rows that answer it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from plateward.policy.packs import Pack
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class Topic:
    """A topic of another rule book, and the rows of the packs that answer it."""

    title: str
    rows: tuple[str, ...]


@enforces("4.a", "4.b")
@cache
def written_topics() -> dict[str, tuple[Topic, ...]]:
    """The topics of CALEA 41.3.9 (4.a) and NMAC 1.21.2.507 (4.b), from `data/references.toml`."""
    text = (files("plateward.policy") / "data" / "references.toml").read_text(encoding="utf-8")
    return {
        clause: tuple(Topic(topic["title"], tuple(topic["rows"])) for topic in topics)
        for clause, topics in tomllib.loads(text).items()
    }


@enforces("4.c")
def topics_by_clause(rule_books: Iterable[Pack]) -> dict[str, tuple[Topic, ...]]:
    """The written topics, and for 4.c every control of the CJIS Security Policy by its family."""
    cjis = [pack for pack in rule_books if pack.id == "CJIS"]
    families = tuple(
        Topic(title, tuple(row.id for row in pack.rows if pack.section_of(row.id) == title))
        for pack in cjis
        for title in pack.sections.values()
    )
    return written_topics() | {"4.c": families}
