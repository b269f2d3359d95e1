"""Hit confirmation: the agency that entered a record is asked whether it stands (YQ), and its answer is heard (YR),
whenever it comes, as often as it comes, and in whatever order."""

from dataclasses import dataclass

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.steps.actions import Operator, settle, step
from plateward.alerts.verifying import denying, rules
from plateward.alerts.verifying.models import Denial, Found, HitAnswer, HitRequest
from plateward.audit.events import Event
from plateward.audit.log import act as audited
from plateward.audit.log import record
from plateward.links.ncic import HitResponse, Mail, Outcome, Priority, Switch, Verdict, new_id
from plateward.links.ncic.hit import answers
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.policy.decision import Refusal, Refused, require
from plateward.policy.trace import enforces

UNKNOWN = Refusal(
    "5.h",
    "NCIC's last answer does not name this record.",
    "Ask NCIC again, then choose a record that it names.",
)
TOLD = {
    Verdict.VALID: "its record is VALID.",
    Verdict.NOT_VALID: "its record is NOT VALID.",
    Verdict.WAIT: "it needs more time.",
}


@dataclass(frozen=True)
class Wanted:
    """Of which record (its NIC), how soon, and under which case number."""

    nic: str
    priority: Priority
    oca: str


def found(alert: Alert) -> list[Found]:
    """The records that NCIC named in its last answer that said anything."""
    last = alert.verifications.exclude(found=None).last()
    return list(last.found.all()) if last else []


def earlier(alert: Alert, nic: str) -> list[rules.Requested]:
    """What was asked about this record, the first first."""
    return [one.requested() for one in alert.hit_requests.filter(nic=nic).prefetch_related("answers")]


@enforces("5.h", "6.e.iv.3", "6.b.i.9")
def request(operator: Operator, alert: Alert, switch: Switch, ori: str, wanted: Wanted) -> HitRequest:
    """Ask the entering agency. The request is stored, and on the log, before it leaves. Raises Refused, and
    QueryRefused where the switch cannot be asked so."""
    with step(operator, Event.HIT_REQUEST, alert) as (locked, entry):
        named = next((one for one in found(locked) if one.nic == wanted.nic), None)
        asked = earlier(locked, wanted.nic)
        entry.note(nic=wanted.nic, priority=wanted.priority.name, number=rules.next_number(asked))
        now = clock.now()
        if named is None:
            raise Refused(UNKNOWN)
        require(rules.may_request(locked.facts(), asked, now))
        made = HitRequest(
            alert=locked,
            by=operator.person,
            at=now,
            control=new_id(),
            number=rules.next_number(asked),
            priority=wanted.priority,
            due_at=now + wanted.priority.within,
            nic=named.nic,
            to=named.ori,
            oca=wanted.oca,
            plate=named.plate,
            state=named.state,
        )
        question = made.question(ori)
        made.save(force_insert=True)
        entry.note(query=made.control)
    sent = switch.confirm(question)
    state = HitRequest.State
    made.sending = state.SENT if sent.outcome is Outcome.HIT else state.UNSURE if sent.gone else state.FAILED
    with audited(operator.who, Event.HIT_REQUEST, f"alert:{alert.pk}", reason="sent") as entry:
        entry.note(query=made.control, sending=str(made.sending))
        made.detail, made.verbatim = sent.detail[:300], sent.raw
        made.save(update_fields=["sending", "detail", "verbatim"])
    if sent.response:
        hear(sent.response, sent.raw, ori)
    return made


def collect(switch: Switch, ori: str) -> int:
    """Fetch what the switch keeps for this agency; each message is stored before the switch may drop it."""

    def take(mail: Mail) -> None:
        if mail.response:
            hear(mail.response, mail.raw, ori)
        else:
            _drop(f"What the switch sent is no answer to a hit confirmation request: it {mail.why}.")

    return switch.collect(ori, take)


@enforces("5.h", "6.e.iv.3", "6.b.i.9")
def hear(said: HitResponse, raw: str, ori: str) -> None:
    """An answer of an entering agency. One to a request that nobody made, or that names another record, is dropped; the
    same again changes nothing; one that comes after the alert was closed is kept and shown."""
    asked = HitRequest.objects.select_related("by").filter(control=said.request).first()
    if asked is None or not answers(said, asked.question(ori)):
        whose = "nobody's" if asked is None else "another"
        _drop(f"A hit confirmation response of {said.by} is to {whose} request.", query=said.request)
        return
    with audited(denying.SYSTEM, Event.HIT_ANSWER, f"alert:{asked.alert_id}") as entry:
        locked = Alert.objects.select_for_update(no_key=True).get(pk=asked.alert_id)
        again = asked.answers.filter(verdict=said.verdict).exists()
        entry.note(query=said.request, number=said.number, verdict=said.verdict.name, again=again)
        if again:
            return
        late = locked.facts().closed
        HitAnswer.objects.create(
            request=asked, at=clock.now(), verdict=said.verdict, late=late, remark=said.remark, verbatim=raw
        )
        entry.note(late=late)
        text = f"Alert {locked.pk}: {said.by} answers to your hit confirmation request {said.number}: "
        notify([asked.by], Kind.HIT_CONFIRM, text + TOLD[said.verdict], locked)
        if not late:
            _weigh(locked, said)
        announce([locked], new=False)


def _weigh(locked: Alert, said: HitResponse) -> None:
    facts = locked.facts()
    if facts.refuted:
        why = f"{said.by}, which entered the record, says that it is not valid (NIC {said.nic})."
        denying.deny(locked, Denial.Cause.NOT_VALID, why)
    settle(locked, None)


def _drop(why: str, **details: str) -> None:
    record(denying.SYSTEM, Event.HIT_DROP, "switch", outcome="refused", clause="5.h", reason=why, **details)
