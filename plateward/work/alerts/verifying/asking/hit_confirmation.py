"""Hit confirmation: ask the agency that entered a record whether it stands (YQ), and receive its answer (YR)
whenever, however often and in whatever order it comes."""

from django.conf import settings

from plateward.core.audit.events import Event
from plateward.core.audit.log import act as audited
from plateward.core.audit.log import record
from plateward.ground import clock
from plateward.ground.links.ncic.hit import HitConfirmationResponse, Priority, RecordVerdict, is_answer_to
from plateward.ground.links.ncic.messages import new_id
from plateward.ground.links.ncic.query import QueryOutcome
from plateward.ground.links.ncic.switch import Mail, Switch
from plateward.ground.policy.decision import Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.step import step, update_stage
from plateward.work.alerts.verifying import denying, rules
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.models import Denial, HitAnswer, HitRequest, NcicRecord

UNKNOWN_RECORD = Refusal(
    "5.h",
    "NCIC's last response does not list this record.",
    "Query NCIC again, then choose a record from its response.",
)
VERDICT_NOTICE = {
    RecordVerdict.VALID: "its record is VALID.",
    RecordVerdict.NOT_VALID: "its record is NOT VALID.",
    RecordVerdict.WAIT: "it needs more time.",
}


def named_records(alert: Alert) -> list[NcicRecord]:
    """The records named in NCIC's last usable answer."""
    last = alert.verifications.exclude(records=None).last()
    return list(last.records.all()) if last else []


def earlier_requests(alert: Alert, nic: str) -> list[rules.RequestStatus]:
    """Earlier requests about this record, oldest first."""
    return [
        hit_request.requested()
        for hit_request in alert.hit_requests.filter(nic=nic).prefetch_related("answers")
    ]


@enforces("5.h/query", "6.e.iv.3/ncic", "6.b.i.9/entries", "6.b.i.9/first")
def request_confirmation(
    actor: PersonActor, alert: Alert, switch: Switch, ori: str, nic: str, priority: Priority, oca: str
) -> HitRequest:
    """Ask the entering agency about this record (its NIC), under this case number. The request is stored and logged
    before it leaves. Raises Refused, and QueryRefused if the switch does not support it."""
    with step(actor, Event.HIT_REQUEST, alert) as (locked, entry):
        named = next((candidate for candidate in named_records(locked) if candidate.nic == nic), None)
        previous = earlier_requests(locked, nic)
        entry.note(nic=nic, priority=priority.name, number=rules.next_number(previous))
        now = clock.now()
        if named is None:
            raise Refused(UNKNOWN_RECORD)
        require(rules.may_request(locked.facts(), previous, now))
        hit_request = HitRequest(
            alert=locked,
            by=actor.person,
            at=now,
            control=new_id(),
            number=rules.next_number(previous),
            priority=priority,
            due_at=now + priority.within,
            nic=named.nic,
            to=named.ori,
            oca=oca,
            plate=named.plate,
            state=named.state,
        )
        question = hit_request.question(ori)
        hit_request.save(force_insert=True)
        entry.note(query=hit_request.control)
    sent = switch.confirm(question)
    state = HitRequest.State
    hit_request.sending = (
        state.SENT if sent.outcome is QueryOutcome.HIT else state.UNSURE if sent.gone else state.FAILED
    )
    with audited(actor, Event.HIT_REQUEST, f"alert:{alert.pk}", reason="sent") as entry:
        entry.note(query=hit_request.control, sending=str(hit_request.sending))
        hit_request.detail, hit_request.verbatim = sent.detail[:300], sent.raw
        hit_request.save(update_fields=["sending", "detail", "verbatim"])
    if sent.response:
        receive_response(sent.response, sent.raw, ori)
    return hit_request


@enforces("5.h/query")
def fetch_answers() -> int:
    """If anything was ever asked, fetch what the switch holds, late answers too. Returns how many messages
    came. Several nodes may run this at once: duplicates count once."""
    return collect(services.switch(), settings.AGENCY_ORI) if HitRequest.objects.exists() else 0


def collect(switch: Switch, ori: str) -> int:
    """Fetch messages that the switch holds for this agency; store each before the switch may drop it."""

    def take(mail: Mail) -> None:
        if mail.response:
            receive_response(mail.response, mail.raw, ori)
        else:
            _log_dropped(f"The switch's message is not a hit confirmation response: it {mail.why}.")

    return switch.collect(ori, take)


@enforces("5.h/query", "6.e.iv.3/ncic", "6.b.i.9/entries")
def receive_response(response: HitConfirmationResponse, raw: str, ori: str) -> None:
    """Store an entering agency's answer. Answers to unknown requests or about another record are dropped;
    duplicates change nothing; answers after the alert closed are kept and shown."""
    hit_request = HitRequest.objects.select_related("by").filter(control=response.request).first()
    if hit_request is None or not is_answer_to(response, hit_request.question(ori)):
        owner = "nobody's" if hit_request is None else "another"
        _log_dropped(
            f"A hit confirmation response from {response.by} is to {owner} request.", query=response.request
        )
        return
    with audited(denying.SYSTEM, Event.HIT_ANSWER, f"alert:{hit_request.alert_id}") as entry:
        locked = Alert.objects.select_for_update(no_key=True).get(pk=hit_request.alert_id)
        again = hit_request.answers.filter(verdict=response.verdict).exists()
        entry.note(query=response.request, number=response.number, verdict=response.verdict.name, again=again)
        if again:
            return
        late = (facts := locked.facts()).closed and not facts.marked
        HitAnswer.objects.create(
            request=hit_request,
            at=clock.now(),
            verdict=response.verdict,
            late=late,
            remark=response.remark,
            verbatim=raw,
        )
        entry.note(late=late)
        text = f"Alert {locked.pk}: {response.by} answered your hit confirmation request {response.number}: "
        notify([hit_request.by], Kind.HIT_CONFIRM, text + VERDICT_NOTICE[response.verdict], locked)
        if not late:
            if locked.facts().refuted:
                reason = f"{response.by}, which entered the record, says that it is not valid (NIC {response.nic})."
                denying.deny(locked, Denial.Cause.NOT_VALID, reason)
            update_stage(locked, None)
        announce([locked], new=False)


def _log_dropped(reason: str, **details: str) -> None:
    record(
        denying.SYSTEM, Event.HIT_DROP, "switch", outcome="refused", clause="5.h", reason=reason, **details
    )
