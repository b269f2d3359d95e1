"""Refusals that can be caused without limit: the first are recorded singly, the rest counted.

In ten minutes the first refusals from one source, and the first of all strangers together, get own entries. For the
rest, one entry per source and kind says how many, from when to when, and about what. A person is one source, wherever
they are; as there are only so many people, no stranger takes their entries or their name from them.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction

from plateward.core.audit import rules
from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import EntryOutcome
from plateward.core.audit.log import act
from plateward.core.audit.log import record as record_now
from plateward.core.audit.models import Repeat
from plateward.ground import clock
from plateward.ground.policy.trace import enforces

COUNTING_PERIOD = timedelta(minutes=10)
ENTRIES_PER_SOURCE, ENTRIES_OF_ALL = 20, 200  # entries of their own within that time
MAX_NAMED_OBJECTS, MAX_NAMED_OF_PERSON = 20, 200  # objects in the entry of a count


def client_network(address: str) -> str:
    """The client behind an address: itself, or its /64 where a client can pick any address in it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    return str(ip) if ip.version == 4 else str(ip_network(f"{ip}/64", strict=False))


def source_key(actor: Actor) -> str:
    """Whose refusals are counted together."""
    return (actor.key if _is_person(actor) else f"{actor.key}@{client_network(actor.address)}")[:120]


def _is_person(actor: Actor) -> bool:
    return actor.kind == "person"


@enforces("6.b.i.9/denied", "AU-2/acts", "AU-2/logons")
def record_or_count(
    actor: Actor,
    event: Event,
    object: str,
    *,
    outcome: EntryOutcome,
    clause: str = "",
    reason: str = "",
    of_one: int = ENTRIES_PER_SOURCE,
    **details: Any,
) -> None:
    """As `log.record`, or one more in a count, once this source has `of_one` entries. Not within an act:
    counting has a transaction of its own."""
    now = clock.now()
    try:
        over = connection.ops.adapt_datetimefield_value(now - COUNTING_PERIOD)
        if _number("SELECT COUNT(*) FROM audit_repeat WHERE since <= %s", over):
            record_counts()
        has_own_entry = partial(_has_own_entry, actor, event, object, outcome, clause, reason, of_one, now)
        try:
            own = has_own_entry()
        except IntegrityError:  # another of its kind was the first at this moment: now its row is there
            own = has_own_entry()
    except DatabaseError:
        own = True  # what cannot be counted is recorded, or raises LogUnavailable
    if own:
        record_now(actor, event, object, outcome=outcome, clause=clause, reason=reason, **details)


def _has_own_entry(
    actor: Actor,
    event: Event,
    object: str,
    outcome: EntryOutcome,
    clause: str,
    reason: str,
    most: int,
    now: datetime,
) -> bool:
    """Whether this refusal gets an entry; if not, it is counted."""
    key, kind = source_key(actor), {"event": event.value, "outcome": outcome, "clause": clause}
    with transaction.atomic():
        of_strangers = "SELECT SUM(entered) FROM audit_repeat WHERE actor_kind <> 'person'"
        of_all = 0 if _is_person(actor) else _number(of_strangers)
        of_one = _number("SELECT SUM(entered) FROM audit_repeat WHERE source = %s", key)
        own = of_all < ENTRIES_OF_ALL and of_one < most
        if of_all >= ENTRIES_OF_ALL and not Repeat.objects.filter(source=key, **kind).exists():
            actor, key = Actor("anonymous", "", "Many sources"), ""
        row = Repeat.objects.select_for_update(no_key=True).filter(source=key, **kind).first() or Repeat(
            source=key,
            **kind,
            actor_kind=actor.kind,
            actor_id=rules.fit_text(actor.id, rules.MAX_NAME),
            actor_name=rules.fit_text(actor.name, rules.MAX_NAME),
            address=actor.address[:45],
            reason=rules.fit_text(reason, 400),
            since=now,
        )
        row.last = now
        if own:
            row.entered += 1
        else:
            row.counted += 1
            name = rules.fit_text(object, rules.MAX_ITEM)
            named = MAX_NAMED_OF_PERSON if _is_person(actor) else MAX_NAMED_OBJECTS
            if name not in row.objects_of and len(row.objects_of) < named:
                row.objects_of.append(name)
        if row.pk:
            row.save(update_fields=["last", "entered", "counted", "objects_of"])
        else:
            row.save(force_insert=True)
    return own


def _number(question: str, *values: Any) -> int:
    """The ORM takes much longer to build these than the database to answer."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        (number,) = cursor.fetchone()
    return int(number or 0)


@enforces("6.b.i.9/denied", "AU-2/acts", "AU-2/logons")
def record_counts() -> None:
    """Log what was counted long enough, one entry for each source and kind, and restart the count."""
    over = Repeat.objects.filter(since__lte=clock.now() - COUNTING_PERIOD)
    over.filter(counted=0).delete()
    if not over.exists():
        return
    with act(HUB, Event.AUDIT_COUNT, "refusals") as entry:
        rows = list(over.select_for_update(no_key=True).order_by("pk"))
        for row in rows:
            record_now(
                Actor(row.actor_kind, row.actor_id, row.actor_name, row.address),  # type: ignore[arg-type]
                Event(row.event),
                row.objects_of[0] if len(row.objects_of) == 1 else "several",
                outcome=row.outcome,  # type: ignore[arg-type]
                clause=row.clause,
                reason=row.reason,
                repeated=row.counted,
                first=_utc_text(row.since),
                last=_utc_text(row.last),
                objects=row.objects_of,
            )
        entry.note(sources_and_kinds=len(rows), refusals=sum(row.counted for row in rows))
        Repeat.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _utc_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
