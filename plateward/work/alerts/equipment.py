"""The condition of an alert's first reader: its start-of-shift check and any malfunction."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from plateward.field.fleet.checks import standings
from plateward.field.fleet.checks.rules import SHIFT
from plateward.field.fleet.checks.rules import describe_state as check_told
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.work.alerts.models import Alert


@enforces("6.e.iv.1/missing")
def columns(reader: Reader, moment: datetime, reported: bool | None) -> dict[str, Any]:
    """Columns for the alert, from one small query. `reported`: the reader's own word on its check. No
    condition silences an alert. A reported malfunction may go back one shift, but no further."""
    check, since = standings.standing_at(reader, moment, reported), reader.malfunction_at
    broken = since is not None and moment > since - SHIFT
    return {
        "shift_check": check.state,
        "shift_check_failed": ",".join(check.failed),
        "malfunction_at": since if broken else None,
        "malfunction": reader.malfunction if broken else "",
    }


@enforces("6.e.iv.1/missing")
def equipment_text(alert: Alert) -> str:
    """In a few words; empty if all is well."""
    check = check_told(alert.shift_check, tuple(alert.shift_check_failed.split(",")))
    return ". ".join(part for part in (check, _malfunction(alert)) if part)


def _malfunction(alert: Alert) -> str:
    if alert.malfunction_at is None:
        return ""
    since, came = localtime(alert.malfunction_at), localtime(alert.arrived_at)
    day = "" if since.date() == came.date() else f"{clock.format_day(since)}, "
    return f"Malfunction reported {day}{since:%H:%M}: {alert.malfunction}"
