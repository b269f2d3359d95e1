"""What of a chain of custody somebody may know. A read may have several alerts, of lists with different audiences, and
be among the results of searches: who is meant to know of one does not learn of the others."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.mentions import entries_about
from plateward.core.audit.models import AuditEntry
from plateward.core.cases.rules import bare, normalized
from plateward.ground.policy.trace import enforces

# Of reads as such: how they came, were counted and went. No alert, search or case is in these entries.
OF_READS = frozenset(
    {Event.BATCH_RECEIVE, Event.READER_ENROLL, Event.READER_REVOKE, Event.READ_LOSE, Event.READ_SHRED}
)
# Of one read: their details say which picture, and which copy or report; `search` and `number` are looked at.
OF_IMAGES = frozenset(
    {
        *(Event.CUSTODY_EXPORT, Event.CUSTODY_VIEW, Event.IMAGE_DOWNLOAD),
        *(Event.IMAGE_PRINT, Event.IMAGE_VIEW, Event.PICTURE_REDACT),
        *(Event.READ_VIEW, Event.RECORDS_ATTACH, Event.RECORDS_NAME, Event.RECORDS_RELEASE),
    }
)


class Disclosure(Enum):
    """How much of an entry somebody may know."""

    WHOLE = auto()
    FACTS = auto()  # who did what, when, to what: no details. The reason is one of the facts
    WITHHELD = auto()  # that there is one


@dataclass(frozen=True)
class Scope:
    """The chain as those know it who see `alerts`: of these reads (ids), case numbers (bare) and packages. `username`:
    whose own acts are theirs to know."""

    alerts: frozenset[int]
    reads: frozenset[str]
    numbers: frozenset[str]
    packages: frozenset[int]
    username: str = ""

    @classmethod
    def of(
        cls, alerts: Collection[int], reads: Collection[UUID], numbers: Collection[str], username: str = ""
    ) -> "Scope":
        """With the packages of these alerts, as the log has them; not those that hold another alert too."""
        own = frozenset(alerts)
        exports = entries_about([f"alert:{alert}" for alert in own], [Event.EVIDENCE_EXPORT])
        leaves = [leaf for entry in exports if (leaf := entry.sealed_leaf) and _alerts_of(leaf) <= own]
        return cls(
            alerts=own,
            reads=frozenset(map(str, reads)),
            numbers=frozenset(bare(normalized(number)) for number in numbers if number),
            packages=frozenset(
                package for leaf in leaves if isinstance(package := leaf.details.get("package"), int)
            ),
            username=username,
        )

    @enforces("6.h.iv/custody", "6.c.ii/cases", "6.b.i.8/scope")
    def disclosure(self, entry: AuditEntry) -> Disclosure:
        """Of this entry. One that does not open says itself that it was altered, whatever it was about."""
        leaf = entry.sealed_leaf
        if leaf is None:
            return Disclosure.FACTS
        if leaf.event in OF_READS or (leaf.actor_kind == "person" and leaf.actor_id == self.username):
            return Disclosure.WHOLE
        kind, _, name = leaf.object.partition(":")
        if kind == "alert" and name.isdigit() and int(name) in self.alerts:
            return Disclosure.WHOLE if _alerts_of(leaf) <= self.alerts else _without_details(leaf)
        if kind == "package" and name.isdigit() and int(name) in self.packages:
            return Disclosure.WHOLE
        if kind == "read" and name in self.reads:
            return self._of_read(leaf)
        return _without_details(leaf) if kind in ("day", "reads") else Disclosure.WITHHELD

    def _of_read(self, leaf: Leaf) -> Disclosure:
        """Of a read that is theirs to know: who looked at it or copied it, but not for which other case or search."""
        number = leaf.details.get("number")
        if number and bare(normalized(str(number))) not in self.numbers:
            return Disclosure.WITHHELD
        known = leaf.event in OF_IMAGES and not leaf.details.get("search")
        return Disclosure.WHOLE if known and (number or not leaf.reason) else _without_details(leaf)


def _without_details(leaf: Leaf) -> Disclosure:
    return Disclosure.WITHHELD if leaf.reason else Disclosure.FACTS


def _alerts_of(leaf: Leaf) -> set[int]:
    """The alerts that an entry is about: its object, and what its details name."""
    kind, _, name = leaf.object.partition(":")
    named = leaf.details.get("alerts")
    others = {alert for alert in named if isinstance(alert, int)} if isinstance(named, list) else set()
    return others | ({int(name)} if kind == "alert" and name.isdigit() else set())
