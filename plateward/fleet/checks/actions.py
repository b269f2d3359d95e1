"""A function check, recorded."""

from collections.abc import Mapping

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.fleet.checks import rules
from plateward.fleet.checks.models import Answer, Check
from plateward.fleet.checks.rules import Step
from plateward.fleet.models import Reader
from plateward.fleet.reach import supervisors
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission
from plateward.policy.decision import Decision, require
from plateward.policy.trace import enforces


@enforces("6.e.iv.1", "6.b.i.9")
def record(
    who: Who,
    person: Person,
    reader: Reader,
    answers: Mapping[Step, tuple[bool, str]],
    known: Mapping[Step, str],
) -> Check:
    """Record what a person found, step by step, and what the hub showed beside it; a failed check is told to their
    supervisor in the same act. Raises Refused."""
    with act(who, Event.CHECK_RECORD, f"reader:{reader.name}") as entry:
        held = Reader.objects.get(pk=reader.pk)
        require(may(person, held))
        require(rules.is_whole(answers))
        failed = [one.value for one in Step if not answers[one][0]]
        made = Check.objects.create(reader=held, by=person, at=clock.now(), failed=failed)
        Answer.objects.bulk_create(
            Answer(
                of=made,
                step=one,
                right=answers[one][0],
                words="" if answers[one][0] else answers[one][1].strip(),
                known=known.get(one, "")[:200],
            )
            for one in Step
        )
        told = supervisors(person, held) if failed else []
        settle(Kind.CHECK_FAIL, held)
        if failed:
            notify(told, Kind.CHECK_FAIL, _told(made), held)
        entry.note(check=made.pk, failed=failed, told=[one.username for one in told])
    return made


def may(person: Person, reader: Reader) -> Decision:
    """Whether this person may check that reader."""
    return rules.may_check(
        person_unit=person.unit_id,
        reader_unit=reader.unit_id,
        technician=Permission.REPAIR_RECORD in person.permissions,
        revoked=reader.revoked_at is not None,
    )


def _told(check: Check) -> str:
    reader = check.reader
    return (
        f"{check.by} found reader {reader.name} (camera {reader.camera}) not functioning at the start of the shift: "
        f"{check.wrong} (OPR:50 6.e.iv.1). Its alerts say so until a check is passed."
    )
