"""People with a random past."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

from plateward.people import days
from plateward.people.access.models import Access, Designation, Suspension
from plateward.people.models import Person, SignIn
from plateward.people.penalties.models import Offense
from plateward.people.permissions import Role
from plateward.people.testing import CAST
from plateward.people.training.models import Concern, Duty, Record, Requirement, RetrainingException
from plateward.people.training.models import Course as Taught

START = datetime(2026, 1, 1, tzinfo=UTC)


def make_history(random: Random) -> list[Person]:
    """People with rows of every kind, whose periods overlap, touch, and lie in the future."""

    def period() -> dict[str, datetime | None]:
        begins = START + timedelta(days=random.randrange(12))
        return {
            "begins": begins,
            "ends": random.choice([None, begins + timedelta(days=random.randrange(1, 8))]),
        }

    people = [
        Person.objects.create(
            username=name,
            full_name=name,
            badge=name,
            password="!",
            sworn=random.choice([True, True, False]),
            agency=random.choice(["", "NM0000000", "CO0000000"]),
            employed_since=random.choice([None, START.date()]),
        )
        for name in CAST
    ]
    taught = [Taught.objects.create(code=code, name=f"Course {code}") for code in ("a", "b", "c")]
    for course in taught:
        for role in ROLES:
            for _ in range(random.randrange(3)):
                given = {"set_by": "system:test", "agreed_with": "The bureau", "agreed_on": START.date()}
                times = period() | {"ends": START + timedelta(days=20 + random.randrange(5))}
                valid, mark = random.choice([None, 3, 6]), random.choice([None, None, 70])
                Requirement.objects.create(
                    course=course, role=role, valid_days=valid, pass_mark=mark, **given, **times
                )
    for number in range(4):
        times = period()
        duty = Duty.objects.create(
            title=f"Duty {number}",
            course=random.choice(taught),
            owner=people[0],
            happened_on=START.date(),
            update_due=START.date(),
            retrain_due=START.date() + timedelta(days=random.randrange(9)),
            opened_at=times["begins"] or START,
            opened_on=days.day_of(times["begins"] or START),
            closed_at=times["ends"],
        )
        Concern.objects.create(duty=duty, role=random.choice(ROLES))
        for who in random.sample(people, 3):
            Concern.objects.create(duty=duty, person=who)
            RetrainingException.objects.create(
                duty=duty, person=who, made_at=START + timedelta(days=random.randrange(12))
            )
    for who in people:
        if random.random() < 0.5:
            who.last_login = START + timedelta(days=random.randrange(12))
            who.save()
        if random.random() < 0.3:
            at = START + timedelta(days=random.randrange(12))
            SignIn.objects.create(person=who, token=uuid4(), began_at=at, proved_at=at, seen_at=at)
        for _ in range(random.randrange(4)):
            decision, times = random.choice(["approved", "approved", "denied"]), period()
            emergency = times["ends"] is not None and random.random() < 0.5
            Access.objects.create(
                person=who,
                role=random.choice(ROLES),
                kind="emergency" if emergency else "standing",
                hours=72 if emergency else None,
                decision=decision,
                reason="Duties.",
                requested_by="system:test",
                **times,
            )
        for kind in random.sample(Suspension.Kind.values, random.randrange(3)):
            Suspension.objects.create(person=who, kind=kind, reason="Why.", begun_by="x", **period())
        for office in random.sample(Designation.Office.values, random.randrange(3)):
            Designation.objects.create(person=who, office=office, document="1", made_by="x", **period())
        for _ in range(random.randrange(3)):
            number = random.randrange(1, 4)
            Offense.objects.create(person=who, what="It.", number=number, recorded_by="x", **period())
        for day in random.sample(range(14), random.randrange(6)):
            entered = START + timedelta(days=random.randrange(12))
            withdrawn = random.choice([None, entered + timedelta(days=random.randrange(9))])
            Record.objects.create(
                person=who,
                course=random.choice(taught),
                issuer="The academy",
                completed_on=START.date() + timedelta(days=day),
                score=random.choice([None, 60, 70, 90]),
                recorded_at=entered,
                withdrawn_at=withdrawn,
                recorded_by="x",
            )
    return people


ROLES = [Role.ADMINISTRATOR, Role.CHIEF, Role.OFFICER]
