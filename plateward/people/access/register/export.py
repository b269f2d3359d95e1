"""The register as a file, recorded before it leaves."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.csv_export import csv_bytes
from plateward.people.access.register.rows import RegisterRow
from plateward.policy.trace import enforces

OBJECT = "access:register"
MARKING = "CJI: for the agency's own audit; not for release"
HEADER = (
    *("as_of", "username", "name", "badge", "agency", "role", "unit", "supervisor", "kind", "since", "ends"),
    *("approved_by", "authorized", "lacked"),
)


class ExportFormat(StrEnum):
    """The file's format."""

    CSV = "csv"
    JSON = "json"


@enforces("6.b.i.7", "6.b.i.9")
def export_register(actor: Actor, rows: Iterable[RegisterRow], moment: datetime, form: ExportFormat) -> bytes:
    """The rows as they were at the moment; the export is logged before the file exists."""
    rows = list(rows)
    record(actor, Event.ACCESS_EXPORT, OBJECT, as_of=_local_time(moment), people=len(rows), form=form.value)
    return (_as_csv if form is ExportFormat.CSV else _as_json)(rows, moment)


def _as_csv(rows: list[RegisterRow], moment: datetime) -> bytes:
    at = _local_time(moment)
    return csv_bytes(
        HEADER,
        (
            (
                *(
                    at,
                    row.username,
                    row.name,
                    row.badge,
                    row.agency,
                    row.role.value,
                    row.unit,
                    row.supervisor,
                ),
                *("emergency" if row.emergency else "standing", _local_time(row.since)),
                *(_local_time(row.ends) if row.ends else "", row.by),
                *("yes" if row.authorized else "no", "; ".join(row.lacked)),
            )
            for row in rows
        ),
    )


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
