"""The audit log's head, who else holds it, where security events go, and the clock that all of it is dated by."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from plateward.core.audit.evidence import SIGNED_WITHIN
from plateward.core.audit.heads import latest_head
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.witnesses.cosigned import has_witness, witness_rows
from plateward.core.audit.witnesses.rules import AWAY_TOO_LONG
from plateward.core.audit.witnesses.siem import siem_state
from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.ground import clock
from plateward.ground.policy.trace import enforces

SET_BACK, APART, FAR_APART = timedelta(minutes=5), timedelta(seconds=2), timedelta(minutes=1)
SET_CLOCK = (
    "Have IT Support set the clock, by the agency's time server. Nothing is destroyed until it is right."
)


@enforces("6.b.i.9/sealed", "AU-9/found", "AU-9/witnessed")
def _log() -> Reading:
    signed = latest_head()
    if signed is None:
        return red("Not signed yet.", "Start the hub, which signs it every ten seconds.")
    ago = clock.now() - datetime.fromisoformat(signed.head.at)
    text = f"{signed.head.size:,} entries, signed {clock.format_span(ago)} ago."
    if ago > SIGNED_WITHIN:
        return red(text, "See the hub's log for why it is not signed.")
    if not has_witness():
        return amber(f"{text} It has no witness.", "See Witnesses.")
    return green(text)


@enforces("AU-9/witnessed")
def _witnesses() -> Reading:
    rows = witness_rows()
    if not has_witness():
        return amber(
            "Nobody else holds the log's heads: if database and keys are set back together, no check can tell.",
            "Set file or policy of [witness] in plateward.toml.",
        )
    if not rows:
        return green("Every head is written to a file elsewhere.")
    # By their signatures and by what the hub noted: who writes the database can alter the note.
    long_ago = clock.now() - AWAY_TOO_LONG
    late = [row.name for row in rows if row.cosigned_at and row.cosigned_at < long_ago]
    late += [row.name for row in rows if row.state and (row.state.failing_since or clock.now()) < long_ago]
    away = [row.name for row in rows if not row.cosigned_at or (row.state and row.state.failing_since)]
    text = f"No cosignature from {', '.join(sorted({*late, *away}))}."
    call = "Give each an address in the policy, call the operators, and see what they last answered."
    if late or away:
        return red(text, call) if late else amber(text, call)
    return green(f"Cosigned by {', '.join(row.name for row in rows)}.")


@enforces("AU-5/told")
def _siem() -> Reading:
    if not settings.SYSLOG:
        return amber(
            "Security events go to no SIEM.",
            "Set syslog of [witness] in plateward.toml to its receiver of RFC 5424 over TLS.",
        )
    state = siem_state()
    if state and state.failing_since:
        return red(state.problem, "Call the SIEM's operator; every event is sent once it answers.")
    return green("It has all security events.")


@enforces("6.b.i.9/sealed", "6.h.ii/reads")
def _clock() -> Reading:
    """Against the log's own newest entry, the database, and the witnesses."""
    now = clock.now()
    newest = AuditEntry.objects.order_by("-at").values_list("at", flat=True).first()
    if newest and now < newest - SET_BACK:
        return red(
            f"It says {now:%Y-%m-%d %H:%M} UTC, {clock.format_span(newest - now)} before the newest entry of the log.",
            SET_CLOCK,
        )
    apart = abs(now - _database_time())
    if apart > APART:
        text = f"It is {clock.format_span(apart)} from the database server's."
        return red(text, SET_CLOCK) if apart > FAR_APART else amber(text, SET_CLOCK)
    if any(row.state and "clock" in row.state.alarmed.split() for row in witness_rows()):
        return red("A witness's clock says another time.", SET_CLOCK)
    return green(f"{now:%Y-%m-%d %H:%M} UTC, as the log, the database and the witnesses have it.")


def _database_time() -> datetime:
    """By its server's clock; a file has none."""
    if connection.vendor == "sqlite":
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at.astimezone(UTC)


PARTS = (
    Part("log", "Audit log", "6.b.i.9", _log, "audit:index"),
    Part("witnesses", "Witnesses", "AU-9", _witnesses, before_live=True),
    Part("siem", "SIEM", "AU-5", _siem, before_live=True),
    Part("clock", "Clock", "6.h.ii", _clock, before_live=True),
)
