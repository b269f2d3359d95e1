"""An alert with everything that was recorded about it, as data: each row whole, whoever reads it later."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model, Q, prefetch_related_objects

from plateward.ground.matching.align import align
from plateward.ground.matching.explain import explain_match
from plateward.ground.matching.kinds import MatchKind
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.read import Read
from plateward.people.models import Person
from plateward.work.alerts.models import Alert
from plateward.work.dispatch.models import CallAlert, Change

# What hangs on an alert, by the names of its relations; a further room's records get a line here.
RECORDS: dict[str, dict[str, Any]] = {
    "notifications": {},
    "acknowledgments": {},
    "shares": {},
    "confirmation": {},
    "observations": {},
    "explanations": {},
    "verifications": {"records": {}, "carrier": {}},
    "hit_requests": {"answers": {}},
    "entry_requests": {"referrals": {}, "answer": {}},
    "doors": {},
    "faults": {},
    "marks": {},
    "acts": {},
    "override": {"referrals": {}, "finding": {}, "under": {}},
    "recall": {},
    "denial": {},
    "dispositions": {"actions": {}, "review": {}},
    "sightings": {},
}
LEFT_OUT = {"leased_until", "leased_by"}  # how nodes share the work
AT_ONCE = 50
# Answers of outside systems, whose every character counts: relation → the text's name in the package.
VERBATIM = {"verifications": "verification", "hit_requests": "hit-confirmation", "doors": "carrier"}


def load_alerts(numbers: Sequence[int]) -> Iterator[Alert]:
    """These alerts in order, with what `record_of` asks, some at a time."""
    for begin in range(0, len(numbers), AT_ONCE):
        part = list(
            Alert.objects.filter(pk__in=numbers[begin : begin + AT_ONCE])
            .select_related("entry__hotlist", "entry__began", "entry__ended", "reader", "link__call")
            .order_by("pk")
        )
        paths = list(RECORDS) + [f"{name}__{inner}" for name, tree in RECORDS.items() for inner in tree]
        prefetch_related_objects(part, *paths)
        yield from part


class Recorder:
    """Turns rows into plain data; remembers people's names over a whole package. `alerts`: those of the package."""

    def __init__(self, alerts: Collection[int]) -> None:
        self._alerts = frozenset(alerts)
        self._names: dict[Any, str] = {}

    @enforces("6.a.iv/download", "6.b.i.2/document", "6.e.iv.4/evidence")
    def record_of(self, alert: Alert, read: Read | None) -> dict[str, Any]:
        """The alert, how it matched, the entry with its list, and all records."""
        entry = alert.entry
        record = {
            "alert": self._row(alert),
            "entry": {
                **self._row(entry),
                "reason_in_words": entry.reason_text,
                "list": {name: getattr(entry.hotlist, name) for name in ("name", "source", "kind")},
                "began": self._row(entry.began),
                "ended": self._row(entry.ended) if entry.ended else None,
            },
            "match": _match(alert, read) if read else None,
            "records": {name: self._related(alert, name, tree) for name, tree in RECORDS.items()},
        }
        if link := getattr(alert, "link", None):
            record["dispatch"] = self._dispatch(link)
        return record

    @enforces("6.c.ii/cases", "6.b.i.8/scope")
    def _dispatch(self, link: CallAlert) -> dict[str, Any]:
        """The call, as far as it is about the package's alerts: others on it may have a narrower audience."""
        of_them = Q(alert=None) | Q(alert__in=self._alerts)
        changes = Change.objects.filter(of_them, call=link.call).order_by("pk")
        lacks = [alert for alert in link.call.lacks if alert in self._alerts]
        return {
            "call": self._row(link.call) | {"lacks": lacks},
            "added": self._row(link),
            "changes": [self._row(change) for change in changes],
        }

    def _related(self, row: Model, name: str, tree: Mapping[str, Any]) -> Any:
        """One row, or all of several."""
        related = getattr(row, name, None)
        if related is None:
            return None
        if isinstance(related, Model):
            return self._row(related, tree)
        return [self._row(item, tree) for item in related.all()]

    def _row(self, row: Model, tree: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Every column by its name; a person by name and account."""
        values = {}
        for field in row._meta.concrete_fields:
            if field.name in LEFT_OUT:
                continue
            value = getattr(row, field.attname)
            if value is not None and field.related_model is Person:
                value = self._name(value)
            values[field.name] = bytes(value).hex() if isinstance(value, bytes | memoryview) else value
        return values | {name: self._related(row, name, inner) for name, inner in (tree or {}).items()}

    def _name(self, pk: Any) -> str:
        if pk not in self._names:
            person = Person.objects.get(pk=pk)
            self._names[pk] = f"{person.full_name} ({person.username})"
        return self._names[pk]


def _match(alert: Alert, read: Read) -> dict[str, Any]:
    """How read and entry match: both strings, aligned character by character, and the sentence for it."""
    listed = alert.entry
    return {
        "kind": alert.kind,
        "read": read.plate,
        "read_state": read.state,
        "listed": listed.plate,
        "listed_state": listed.state,
        "aligned": [[pair.read, pair.listed, str(pair.same)] for pair in align(read.plate, listed.plate)],
        "in_words": explain_match(
            MatchKind(alert.kind),
            (read.plate, read.state),
            (listed.plate, listed.state or None),
            read.characters,
        ),
        "hot_list_version": alert.hotlist_version,
    }


@enforces("6.a.iv/download")
def verbatim_of(alert: Alert) -> Iterator[tuple[str, str]]:
    """(name, text) of each answer of NCIC, FMCSA and entering agencies, word for word."""
    for relation, word in VERBATIM.items():
        for row in getattr(alert, relation).all():
            if row.verbatim:
                yield f"{word}-{row.pk}", row.verbatim
            answers = row.answers.all() if relation == "hit_requests" else ()
            for answer in answers:
                yield f"{word}-{row.pk}-answer-{answer.pk}", answer.verbatim
