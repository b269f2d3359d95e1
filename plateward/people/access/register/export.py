"""The register as a file, recorded before it leaves."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.audit.who import Who
from plateward.pages.sheets import sheet
from plateward.people.access.register.held import Held
from plateward.policy.trace import enforces

OBJECT = "access:register"
MARKING = "CJI: for the agency's own audit; not for release"
HEADER = (
    *("as_of", "username", "name", "badge", "agency", "role", "unit", "supervisor", "kind", "since", "ends"),
    *("approved_by", "authorized", "lacked"),
)


class Form(StrEnum):
    """How the file is written."""

    CSV = "csv"
    JSON = "json"


@enforces("6.b.i.7", "6.b.i.9")
def export(who: Who, rows: Iterable[Held], moment: datetime, form: Form) -> bytes:
    """The rows as they were at the moment; the export is on the log before it is anywhere else."""
    rows = list(rows)
    record(who, Event.ACCESS_EXPORT, OBJECT, as_of=_time(moment), people=len(rows), form=form.value)
    return (_csv if form is Form.CSV else _json)(rows, moment)


def _csv(rows: list[Held], moment: datetime) -> bytes:
    at = _time(moment)
    return sheet(
        HEADER,
        (
            (
                *(
                    at,
                    one.username,
                    one.name,
                    one.badge,
                    one.agency,
                    one.role.value,
                    one.unit,
                    one.supervisor,
                ),
                *("emergency" if one.emergency else "standing", _time(one.since)),
                *(_time(one.ends) if one.ends else "", one.by),
                *("yes" if one.authorized else "no", "; ".join(one.lacked)),
            )
            for one in rows
        ),
    )


def _json(rows: list[Held], moment: datetime) -> bytes:
    told = {
        "as_of": _time(moment),
        "time_zone": settings.TIME_ZONE,
        "marking": MARKING,
        "people": [
            asdict(one)
            | {
                "since": _time(one.since),
                "ends": _time(one.ends) if one.ends else None,
                "authorized": one.authorized,
            }
            for one in rows
        ],
    }
    return json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"


def _time(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
