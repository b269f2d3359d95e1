"""The relay and a person's choice of mails, each an act with its entry; and the job that sends them."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.db.locking import change_row
from plateward.core.jobs.lease import finish
from plateward.core.outbox.models import CommonProblem
from plateward.core.outbox.sending import NotSent, postpone, send_due
from plateward.ground import clock
from plateward.ground.links.mail import MailError, RecipientRefused, send_mail
from plateward.ground.policy.decision import Allow, require
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.actor import PersonActor
from plateward.people.http import page_address
from plateward.people.mail import rules
from plateward.people.models import Person
from plateward.people.notices.kinds import Topic, kinds_of, topic_of
from plateward.people.notices.models import Mailbox, MailRelay, Notice

LEASE = timedelta(minutes=5)  # longer than one mail takes, however late each of the relay's dozen answers
ONLY = 1  # the key of the only relay


def relay() -> MailRelay | None:
    """The relay, if one was set."""
    return MailRelay.objects.filter(pk=ONLY).first()


@enforces("6.c.i.1/role", "6.b.i.9/entries")
def set_relay(actor: PersonActor, values: Mapping[str, Any], secret: str) -> None:
    """Set the relay; an empty `secret` leaves the stored one (forms.py: not for another server), unless no user is
    named."""
    with act(actor, Event.MAIL_SET, "mail") as entry:
        noted = ("host", "port", "security", "user", "sender", "domain", "on")
        entry.note(**{name: values[name] for name in noted})
        authority = str(values["authority"])
        entry.note(authority_sha256=hashlib.sha256(authority.encode()).hexdigest() if authority else "")
        relay = MailRelay.objects.select_for_update(no_key=True).filter(pk=ONLY).first()
        keeps = bool(values["user"]) and not secret
        entry.note(secret_changed=bool(secret) or (relay is not None and relay.user != "" and not keeps))
        changed = {**values, "failing_since": None, "problem": ""} | ({} if keeps else {"secret": secret})
        if relay:
            change_row(relay, **changed)
        else:
            MailRelay.objects.create(pk=ONLY, **changed)


@enforces("6.b.i.9/entries")
def choose_mail(actor: PersonActor, address: str, topics: Collection[str]) -> None:
    """Which topics this person gets mails of, and where; none: no mails. What is new already is not mailed. Raises
    Refused."""
    with act(actor, Event.NOTICE_CHOOSE, f"person:{actor.person.username}") as entry:
        entry.note(topics=sorted(topics))
        if topics:
            known = relay()
            require(rules.may_mail(address, known.domain if known else ""))
        Mailbox.objects.update_or_create(
            person=actor.person,
            defaults={
                "address": address if topics else "",
                "topics": sorted(topics),
                "mailed_upto": _latest(actor.person),
                "due_at": clock.now(),
                "tries": 0,
                "problem": "",
            },
        )


@enforces("AC-2/told", "SC-8/systems")
def send_mails() -> int:
    """Mail everybody who has something new of their topics. Returns how many mails the relay took. It stops where the
    relay takes none: the rest has its turn in a minute."""
    known = relay()
    if known is None or not known.on:
        return 0
    unread = Notice.objects.filter(to=OuterRef("person"), read_at=None, settled_at=None)
    new = Mailbox.objects.filter(Exists(unread.filter(pk__gt=OuterRef("mailed_upto")))).exclude(topics=[])
    return send_due(new, LEASE, partial(_send, known), failed=_note_failure)


def _send(known: MailRelay, box: Mailbox) -> bool:
    """Whether there was a mail to send to this person."""
    new = list(Notice.objects.new_to(box.person).filter(pk__gt=box.mailed_upto).values_list("pk", "kind"))
    wanted = set(kinds_of(box.topics))
    counts = Counter[Topic](topic_of(kind) for _, kind in new if kind in wanted)
    upto = max((pk for pk, _ in new), default=box.mailed_upto)
    allowed = isinstance(rules.may_mail(box.address, known.domain), Allow)
    if not counts or not allowed or not standing.standing_of(box.person).authorized:
        finish(box, mailed_upto=upto)
        return False
    record(HUB, Event.MAIL_SEND, f"person:{box.person.username}", matters=sum(counts.values()))
    try:
        send_mail(
            known.as_link(), box.address, *rules.mail_text(counts, page_address(reverse("access:notices")))
        )
    except RecipientRefused as error:
        raise NotSent(CommonProblem.REFUSED, str(error)) from error
    except MailError as error:
        since = known.failing_since or clock.now()
        MailRelay.objects.filter(pk=ONLY).update(failing_since=since, problem=str(error)[:300])
        raise NotSent(CommonProblem.AWAY, str(error), away=True) from error
    finish(box, mailed_upto=upto, due_at=clock.now() + rules.APART, tries=0, problem="")
    MailRelay.objects.filter(pk=ONLY).exclude(failing_since=None).update(failing_since=None, problem="")
    return True


def _note_failure(box: Mailbox, why: NotSent) -> None:
    over = box.tries + 1 >= rules.MOST_TRIES
    postpone(box, why, **({"mailed_upto": _latest(box.person), "tries": 0} if over else {}))


def _latest(person: Person) -> int:
    return Notice.objects.filter(to=person).values_list("pk", flat=True).first() or 0
