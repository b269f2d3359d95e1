"""Asks NCIC and FMCSA. Each question is logged before it leaves, and no transaction is open while waiting for
an answer; the answer, or its absence, is kept word for word."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft
from plateward.core.audit.log import act as audited
from plateward.ground.links.fmcsa import Fmcsa
from plateward.ground.links.ncic.messages import new_id
from plateward.ground.links.ncic.query import NcicQuery, StatusQuery
from plateward.ground.links.ncic.switch import Switch
from plateward.ground.matching.normalize import normalize
from plateward.ground.matching.partial import is_partial
from plateward.ground.policy.decision import Decision, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.work.alerts import rules as steps
from plateward.work.alerts.confirming.actions import record_other_class
from plateward.work.alerts.facts import VerificationAnswer, VerificationSource
from plateward.work.alerts.models import Alert
from plateward.work.alerts.step import step
from plateward.work.alerts.stored import DESTROYED
from plateward.work.alerts.verifying import denying, rules
from plateward.work.alerts.verifying.entry import actions as entry_actions
from plateward.work.alerts.verifying.models import Carrier, Denial, Door, NcicRecord, Verification

NO_KEY = Refusal(
    "5.j",
    "This agency has no FMCSA key, so carriers cannot be queried.",
    "Contact the ALPR administrator; query NCIC meanwhile.",
)


@enforces("6.e.iv.3/ncic", "5.h/query", "6.b.i.9/entries", "6.b.i.9/first")
def ask_ncic(actor: PersonActor, alert: Alert, switch: Switch, ori: str) -> Verification:
    """Query NCIC about the listed plate. Raises Refused."""
    query = NcicQuery(*_log_question(actor, alert, VerificationSource.NCIC, ori))
    answer = switch.query(query)
    with _answered(actor, alert, query=query.id, answer=str(answer.outcome)) as (locked, entry):
        outcome = VerificationAnswer(answer.outcome)
        verification = Verification.write(
            actor,
            alert=locked,
            at=answer.received_at,
            query=query.id,
            answer=outcome,
            detail=answer.detail[:300],
            verbatim=answer.raw,
        )
        NcicRecord.objects.bulk_create(
            NcicRecord(verification=verification, **asdict(record)) for record in answer.records
        )
        entry.note(other_class=record_other_class(locked))
        if outcome is VerificationAnswer.NO_RECORD:
            _handle_no_record(actor, locked)
    return verification


@enforces("6.e.iv.3/ncic", "5.h/query")
def _handle_no_record(actor: PersonActor, alert: Alert) -> None:
    """NCIC has no record. That ends what only NCIC can verify. For an own entry it starts the check: NCIC
    never had most of these, so the entering unit is asked."""
    facts = alert.facts()
    if not facts.own and not facts.verified:
        denying.deny(alert, Denial.Cause.NO_RECORD, "NCIC has no record of its plate.")
    if facts.own and facts.active is None:
        entry_actions.ask_unless_waiting(actor, alert)


@enforces("5.j/query", "5.j/verifies", "6.c.i.5/role", "6.e.iv.3/fmcsa", "6.b.i.9/entries", "6.b.i.9/first")
def ask_fmcsa(
    actor: PersonActor, alert: Alert, switch: Switch, service: Fmcsa | None, ori: str
) -> Verification:
    """Query FMCSA about the vehicle with the listed plate, then about its carrier. Raises Refused."""
    query = StatusQuery(*_log_question(actor, alert, VerificationSource.FMCSA, ori))
    status = switch.status(query)
    dot = status.vehicle.dot if status.vehicle else ""
    carrier = service.carrier(dot) if service and dot else None
    answer, detail = rules.judge_fmcsa(status, carrier)
    raw = "\n\n".join(part for part in (status.raw, carrier.raw if carrier else "") if part)
    with _answered(actor, alert, query=query.id, answer=str(answer)) as (locked, _):
        verification = Verification.write(
            actor,
            alert=locked,
            at=status.received_at,
            query=query.id,
            source=VerificationSource.FMCSA,
            answer=answer,
            detail=detail[:300],
            verbatim=raw,
        )
        if status.vehicle:
            vehicle = status.vehicle
            Carrier.objects.create(
                verification=verification,
                vehicle_out=vehicle.out_of_service,
                vehicle_since=vehicle.since,
                **(asdict(carrier.carrier) if carrier and carrier.carrier else {}) | {"dot": dot},
            )
    return verification


@enforces("5.j/query", "5.j/verifies", "6.c.i.5/role", "6.e.iv.3/fmcsa", "6.b.i.9/entries")
def ask_about_door(actor: PersonActor, alert: Alert, service: Fmcsa | None, dot: str) -> Door:
    """Query FMCSA for the carrier of a DOT number read off a door, with the permission to ask about the plate. Its
    answer verifies nothing: paint names a carrier, not the plate, and may be old, leased or false. Raises Refused."""
    with audited(actor, Event.ALERT_VERIFY, f"alert:{alert.pk}", reason="asked FMCSA by the door") as entry:
        entry.note(dot=dot)
        require(_may_ask(actor.person, _as_it_is(alert), VerificationSource.FMCSA))
        if service is None:
            raise Refused(NO_KEY)
    answer = service.carrier(dot)
    with _answered(actor, alert, dot=dot, door=answer.outcome.value) as (locked, _):
        return Door.write(
            actor,
            alert=locked,
            outcome=answer.outcome,
            detail=answer.detail[:300],
            verbatim=answer.raw,
            **(asdict(answer.carrier) if answer.carrier else {}) | {"dot": dot},
        )


@contextmanager
def _answered(actor: PersonActor, alert: Alert, **notes: object) -> Iterator[tuple[Alert, EntryDraft]]:
    """The step that keeps an answer. Noted first: if somebody closed the alert meanwhile, the log still has it."""
    with step(actor, Event.ALERT_VERIFY, alert) as (locked, entry):
        entry.note(**notes)
        require(steps.may_check(locked.facts()))
        yield locked, entry


def _may_ask(person: Person, current: Alert, source: VerificationSource) -> Decision:
    verifying = steps.may_check(current.facts())
    return may_ask_fmcsa(person, current, verifying) if source is VerificationSource.FMCSA else verifying


@enforces("5.j/query", "6.c.i.5/role")
def may_ask_fmcsa(person: Person, alert: Alert, verifying: Decision) -> Decision:
    """By what read and entry say of the vehicle. A read that is not there says nothing."""
    stored, missing, _ = alert.stored
    kind = None if stored is None else stored.read.vehicle.kind.value if stored.read.vehicle.kind else ""
    commercial = rules.is_commercial(kind, alert.entry.vehicle, alert.entry.plate_type)
    inspector = person.role == Role.INSPECTOR
    return rules.may_ask_fmcsa(verifying, commercial, inspector, missing or DESTROYED)


def _as_it_is(alert: Alert) -> Alert:
    """Joins to-one relations without a lock: a lock would reread only the locked row."""
    return Alert.objects.select_related("entry", "confirmation", "recall", "denial", "override").get(
        pk=alert.pk
    )


def _log_question(
    actor: PersonActor, alert: Alert, source: VerificationSource, ori: str
) -> tuple[str, str, str, str, str, str]:
    """Log the question and return its parts: id, plate, state, ORI, operator, reason."""
    with audited(actor, Event.ALERT_VERIFY, f"alert:{alert.pk}", reason=f"asked {source.name}") as entry:
        current = _as_it_is(alert)
        require(_may_ask(actor.person, current, source))
        listed, read = current.entry, current.confirmation
        # Nobody could answer for a partial plate.
        plate = normalize(read.plate) if is_partial(listed.plate) else listed.bare
        id = new_id()
        entry.note(query=id)
    # The state as the operator read it: some lists name none, and a plate query needs one.
    return id, plate, read.state, ori, actor.person.username, f"LPR alert {alert.pk}"
