"""Security events go to the agency's SIEM, in the order of the log, each once it is on record. What the SIEM did not
take is sent again from there; it has a row among the witnesses' that says how far it is."""

from datetime import timedelta

import msgspec
from django.conf import settings
from django.db.models import Q

from plateward.core.audit.log import NODE
from plateward.core.audit.models import AuditEntry, Tree
from plateward.core.audit.witnesses import syslog
from plateward.core.audit.witnesses.models import WitnessState, WitnessTurn
from plateward.core.jobs.lease import release, still_leased, take
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

# What is sent if it was done: of these things, all but a mere view. What was refused or failed is sent of any thing.
THINGS = (
    r"^(access|agency|audit|backup|breach|certificate|integrity|key|person|reader|recovery|screen|session|sharing|system"
    r"|terminal|token|upgrade|witness)\."
)
SECURITY = ~Q(outcome="done") | (Q(event__regex=THINGS) & ~Q(event__endswith=".view"))
KEY, TURN, LEASE = "siem", 2, timedelta(minutes=2)
MOST = 500  # entries of a round


def siem_state() -> WitnessState | None:
    """How far the SIEM is (`size` entries), and since when it takes none; None before the first round."""
    return WitnessState.objects.filter(pk=KEY).first()


@enforces("AU-5/told", "6.i.ii/tls", "SC-8/systems")
def send_security_events() -> None:
    """One round, by one node. It begins with what comes after the SIEM was set up."""
    if not settings.SYSLOG:
        return
    WitnessTurn.objects.get_or_create(pk=TURN)
    for turn in take(WitnessTurn.objects.filter(pk=TURN), LEASE):
        try:
            _send(*settings.SYSLOG)
        finally:
            release(still_leased(turn))


def _send(host: str, port: int) -> None:
    size = Tree.objects.get().size
    state, _ = WitnessState.objects.get_or_create(pk=KEY, defaults={"size": size})
    until = min(size, state.size + MOST)
    rows = AuditEntry.objects.filter(sequence__gte=state.size, sequence__lt=until).order_by("sequence")
    messages = [_message(row) for row in rows.filter(SECURITY)]
    try:
        if messages:
            syslog.send((host, port), settings.SYSLOG_AUTHORITY, b"".join(messages))
    except (OSError, PlatewardError) as error:
        problem = f"It takes no events: {error}"[:400]
        WitnessState.objects.filter(pk=KEY).update(
            failing_since=state.failing_since or clock.now(), problem=problem
        )
    else:
        WitnessState.objects.filter(pk=KEY).update(
            size=until, answered_at=clock.now(), failing_since=None, problem=""
        )


def _message(entry: AuditEntry) -> bytes:
    """Who did what, when and how it ended, by the number under which the log has the rest: no object, no reason."""
    text = {
        "sequence": entry.sequence,
        "event": entry.event,
        "outcome": entry.outcome,
        "actor": f"{entry.actor_kind}:{entry.actor_id}",
        "clause": entry.clause,
    }
    severity = syslog.NOTICE if entry.outcome == "done" else syslog.WARNING
    return syslog.frame(severity, entry.at, NODE, "event", msgspec.json.encode(text).decode())
