"""Recording a function check."""

from collections.abc import Mapping

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.checks import rules
from plateward.field.fleet.checks.models import CheckAnswer, ReaderCheck
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.models import Reader
from plateward.field.fleet.reach import supervisors_to_notify
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind


@enforces("6.e.iv.1/check", "6.e.iv.1/missing", "6.b.i.9/entries")
def record_check(
    actor: PersonActor,
    reader: Reader,
    answers: Mapping[CheckStep, tuple[bool, str]],
    hub_facts: Mapping[CheckStep, str],
) -> ReaderCheck:
    """Record what a person found at each step and what the hub showed beside it; the same act notifies their
    supervisor of a failed check. Raises Refused."""
    with act(actor, Event.CHECK_RECORD, f"reader:{reader.name}") as entry:
        current = Reader.objects.get(pk=reader.pk)
        require(rules.may_check(actor.person, current))
        require(rules.is_complete(answers))
        failed = [item.value for item in CheckStep if not answers[item][0]]
        latest = current.model.latest if current.model else None
        check = ReaderCheck.objects.create(
            reader=current, by=actor.person, at=clock.now(), failed=failed, instructions=latest
        )
        CheckAnswer.objects.bulk_create(
            CheckAnswer(
                of=check,
                step=item,
                right=answers[item][0],
                words="" if answers[item][0] else answers[item][1].strip(),
                known=hub_facts.get(item, "")[:200],
            )
            for item in CheckStep
        )
        notified = supervisors_to_notify(actor.person, current) if failed else []
        settle_matter(Kind.CHECK_FAIL, current)
        if failed:
            text = (
                f"{check.by} found reader {current.name} (camera {current.camera}) not functioning at the start of "
                f"the shift: {check.wrong} (OPR:50 6.e.iv.1). Its alerts show this until it passes a check."
            )
            notify(notified, Kind.CHECK_FAIL, text, current)
        entry.note(
            check=check.pk,
            failed=failed,
            instructions=latest.sha256 if latest else "",
            notified=[item.username for item in notified],
        )
    return check
