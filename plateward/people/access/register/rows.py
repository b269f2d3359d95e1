"""Every access that was in force at a moment, with what its person lacked: a few queries for ten thousand. As a file,
it is recorded before it leaves."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.defaultfilters import yesno

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.csv_export import csv_bytes
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.actor_names import names_of
from plateward.people.permissions import Role

OBJECT = "access:register"
MARKING = "CJI: for the agency's own audit; not for release"


@dataclass(frozen=True)
class RegisterRow:
    """A person's access at a moment. Name, badge and agency are today's."""

    username: str
    name: str
    badge: str
    agency: str  # ORI
    role: Role
    unit: str
    supervisor: str
    emergency: bool
    since: datetime
    ends: datetime | None
    by: str  # who approved it
    lacked: tuple[str, ...]  # what stood in the way; empty: authorized

    @property
    def authorized(self) -> bool:
        return not self.lacked


@enforces("6.b.i.7/lists", "AC-2/attributes")
def register_rows(moment: datetime) -> list[RegisterRow]:
    """By name. The rule is that of every request (standing.as_of), applied to all at once."""
    rows = standing.approved_access(moment).select_related("person", "unit", "supervisor")
    latest = {access.person_id: access for access in rows}
    standings = standing.standings_of(latest.keys(), moment)
    names = names_of({access.decided_by for access in latest.values()})
    register = [
        RegisterRow(
            access.person.username,
            access.person.full_name,
            access.person.badge,
            access.person.agency or settings.AGENCY_ORI,
            Role(access.role),
            str(access.unit or ""),
            str(access.supervisor or ""),
            access.kind == Access.Kind.EMERGENCY,
            access.begins or moment,
            access.ends,
            names.get(access.decided_by, ""),
            tuple(f"{lack.text} ({lack.clause})" for lack in standings[person].missing),
        )
        for person, access in latest.items()
    ]
    return sorted(register, key=lambda row: (row.name.casefold(), row.username))


CSV_COLUMNS: dict[str, Callable[[RegisterRow], object]] = {
    **{
        name: attrgetter(name)
        for name in ("username", "name", "badge", "agency", "role", "unit", "supervisor")
    },
    "kind": lambda row: "emergency" if row.emergency else "standing",
    "since": lambda row: _local_time(row.since),
    "ends": lambda row: _local_time(row.ends) if row.ends else "",
    "approved_by": attrgetter("by"),
    "authorized": lambda row: yesno(row.authorized),
    "lacked": lambda row: "; ".join(row.lacked),
}


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


@enforces("6.b.i.7/lists", "6.b.i.7/official", "6.b.i.9/entries", "6.b.i.9/first", "AU-3/bytes")
def export_register(actor: Actor, rows: Iterable[RegisterRow], moment: datetime, form: ExportFormat) -> bytes:
    """The rows as they were at the moment; the export is logged before the file leaves."""
    rows = list(rows)
    content = (_as_csv if form is ExportFormat.CSV else _as_json)(rows, moment)
    at, people, size = _local_time(moment), len(rows), len(content)
    record(actor, Event.ACCESS_EXPORT, OBJECT, as_of=at, people=people, form=form.value, bytes=size)
    return content


def _as_csv(rows: list[RegisterRow], moment: datetime) -> bytes:
    at = _local_time(moment)
    cells = ([at, *(cell(row) for cell in CSV_COLUMNS.values())] for row in rows)
    return csv_bytes(("as_of", *CSV_COLUMNS), cells)


def _as_json(rows: list[RegisterRow], moment: datetime) -> bytes:
    document = {
        "as_of": _local_time(moment),
        "time_zone": settings.TIME_ZONE,
        "marking": MARKING,
        "people": [
            asdict(row)
            | {
                "since": _local_time(row.since),
                "ends": _local_time(row.ends) if row.ends else None,
                "authorized": row.authorized,
            }
            for row in rows
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _local_time(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
