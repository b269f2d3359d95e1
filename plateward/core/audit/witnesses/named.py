"""The set of witnesses is on the log itself: who writes the site's settings neither brings in a witness of their own
nor takes one away unseen."""

from contextlib import suppress
from hashlib import sha256

from django.conf import settings

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import NothingToDo, act
from plateward.core.audit.log_reader import opened
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.tlog.policy import NONE
from plateward.core.audit.witnesses.signals import log_alarm
from plateward.core.db.locking import lock_name
from plateward.ground.policy.trace import enforces

SET = "witnesses"  # the detail that names them, and the name of their lock


def configured_set() -> list[str]:
    """A line for each that the settings name, with the digest of its key; nothing without a witness."""
    policy = settings.WITNESS_POLICY
    lines = [
        f"{each.name}: key {each.key.name}, SHA-256 {sha256(str(each.key).encode()).hexdigest()}, "
        f"{f'asked at {each.url}' if each.url else 'not asked'}"
        for each in policy.witnesses
    ]
    lines += [f"group {name}: {least} of {', '.join(of)}" for name, (least, of) in policy.groups.items()]
    lines += [f"quorum: {policy.quorum}"] if policy.quorum != NONE else []
    return lines + ([f"file: {settings.WITNESS}"] if settings.WITNESS else [])


def newest_change() -> AuditEntry | None:
    """What stated the set last; None: there never was a witness. They are few, by the index of their event."""
    changes = AuditEntry.objects.filter(event=Event.WITNESS_CHANGE, outcome="done").order_by()
    newest = max(changes.values_list("sequence", flat=True), default=None)
    return None if newest is None else AuditEntry.objects.get(sequence=newest)


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def note_set() -> None:
    """Put the set on the log if it is another than there, and notify the administrators and those who watch them.
    Nodes whose settings differ each state their own. Raises LogDamaged."""
    now = configured_set()
    digest = sha256("\n".join(now).encode()).hexdigest() if now else ""
    if _stated()[0] == digest:
        return
    with suppress(NothingToDo), act(HUB, Event.WITNESS_CHANGE, SET) as entry:
        lock_name(SET)
        stated, before = _stated()
        if stated == digest:
            raise NothingToDo
        added = [each for each in now if each not in before]
        removed = [each for each in before if each not in now]
        entry.note(**{SET: now}, added=added, removed=removed, set_sha256=digest)
        names = [
            f"{word} {', '.join(each.partition(': key ')[0] for each in lines)}"
            for word, lines in (("added", added), ("removed", removed))
            if lines
        ]
        text = (
            f"The witnesses of the audit log changed: {'; '.join(names) or 'their order'}. The entry has their keys. "
            "If the agency did not decide this, report a breach (AU-9)."
        )
        log_alarm.send(None, text=text, watchers=True)


def _stated() -> tuple[str, list[str]]:
    """The digest of the set that is on the log, and its lines; nothing without one."""
    newest = newest_change()
    details = opened(newest).leaf.details if newest else {}
    lines = details.get(SET)
    named = [str(each) for each in lines] if isinstance(lines, list) else []
    return str(details.get("set_sha256", "")), named
