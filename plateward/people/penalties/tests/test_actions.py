"""Offenses recorded, handled, appealed and lifted."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.penalties import actions
from plateward.people.penalties.models import Note, Offense
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
WHAT = "Searched the plate of a neighbor, with no case."


def offend(of: Person, seen: int = 1, by: str = "gloria") -> Offense:
    return actions.record_offense(PersonActor.of(person(by)), of, WHAT, "6.a.ii.3", seen)


def handle(offense: Offense, by: str = "carla", kind: Note.Kind = Note.Kind.HANDLED) -> Note:
    noter = person(by)
    return actions.note_offense(
        PersonActor.of(noter), offense, kind, "Sergeant Chavez", "Letter of reprimand."
    )


def under_carla() -> Person:
    return person("ada", supervisor=person("carla"))


@pytest.mark.clause("6.g.i.1/days")
def test_a_first_offense_revokes_access_at_once_and_gives_it_back_by_itself(recorded) -> None:  # type: ignore[no-untyped-def]
    ada = under_carla()
    window = signed_in(ada)
    assert window.get("/alerts/").status_code == 200
    offense = offend(ada)
    refused = window.get("/alerts/")
    assert refused.status_code == 403
    assert b"6.g.i.1" in refused.content
    assert offense.ends is not None
    assert not standing.standing_of(ada, offense.ends - timedelta(microseconds=1)).authorized
    assert standing.standing_of(ada, offense.ends).authorized
    assert recorded("penalty.record").details["number"] == 1
    assert recorded("penalty.record").details["days"] == 15


@pytest.mark.clause("6.g.i.2/days", "6.g.i.3/permanent")
def test_a_second_takes_30_days_and_a_third_is_for_good() -> None:
    ada = under_carla()
    offend(ada)
    second = offend(ada, 2)
    assert second.ends is not None
    assert (second.ends - second.begins).days in {29, 30}
    third = offend(ada, 3)
    assert third.ends is None
    far = clock.now() + timedelta(days=3000)
    assert "6.g.i.3" in {lack.clause for lack in standing.standing_of(ada, far).missing}


@pytest.mark.clause("6.g.i.2/days")
@pytest.mark.parametrize(("after", "number"), [(364, 2), (365, 2), (366, 1)])
def test_the_count_is_over_the_prior_365_days(after: int, number: int) -> None:
    ada = under_carla()
    now = clock.now()
    with clock.set_to(now - timedelta(days=after)):
        offend(ada)
    with clock.set_to(now):
        assert actions.next_penalty(ada).number == number


@pytest.mark.clause("6.g.i/recorded")
def test_what_was_shown_before_is_what_is_recorded() -> None:
    ada = under_carla()
    offend(ada)
    with pytest.raises(Refused, match="penalty changed after you opened"):
        offend(ada, 1)
    assert Offense.objects.count() == 1


@pytest.mark.clause("6.g.i/chain", "6.g.i/recorded")
def test_nobody_records_or_handles_their_own(recorded) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused, match="the Chief designates one"):
        offend(person("gloria"))
    assert recorded("penalty.record").outcome == "refused"
    carla = person("carla")
    offense = offend(carla)
    with pytest.raises(Refused, match="your own offense"):
        handle(offense, "carla")
    hector = person("hector")
    offense = offend(hector)
    handle_own = Note.Kind.APPEALED
    with pytest.raises(Refused, match="your own offense"):
        handle(offense, "hector", handle_own)
    with pytest.raises(Refused, match="your own offense"):
        actions.grant_appeal(PersonActor.of(hector), offense, "It was nothing.")


@pytest.mark.clause("6.g.i/recorded")
@pytest.mark.parametrize(("what", "clause"), [(" ", "6.a.ii.3"), (WHAT, ""), (WHAT, "9.z"), (WHAT, "AC-2")])
def test_an_offense_says_what_and_against_which_clause(what: str, clause: str) -> None:
    with pytest.raises(Refused):
        actions.record_offense(PersonActor.of(person("gloria")), under_carla(), what, clause, 1)
    assert not Offense.objects.exists()


@pytest.mark.clause("6.g.i/chain")
def test_an_offense_stays_open_until_the_chain_of_command_has_handled_it() -> None:
    offense = offend(under_carla())
    assert [*Offense.objects.open()] == [offense]
    with pytest.raises(Refused, match="needs who decided"):
        actions.note_offense(PersonActor.of(person("carla")), offense, Note.Kind.HANDLED, "Chavez", " ")
    handle(offense)
    assert not Offense.objects.open().exists()


@pytest.mark.clause("6.g.i/chain")
def test_only_those_above_in_the_chain_of_command_handle_it() -> None:
    ben = person("ben")  # with no supervisor
    offense = offend(ben)
    with pytest.raises(Refused, match="not below you"):
        handle(offense, "carla")
    handle(offense, "hector")


@pytest.mark.clause("6.g.i/chain")
def test_a_granted_appeal_ends_the_revocation_and_counts_no_more_but_stays(recorded) -> None:  # type: ignore[no-untyped-def]
    ada, hector = under_carla(), person("hector")
    offense = offend(ada)
    with pytest.raises(Refused, match="No appeal is pending"):
        actions.grant_appeal(PersonActor.of(hector), offense, "She had a case.")
    handle(offense, kind=Note.Kind.APPEALED)
    before = clock.now()
    actions.grant_appeal(PersonActor.of(hector), offense, "She had a case.")
    assert standing.standing_of(ada).authorized
    assert not standing.standing_of(ada, before).authorized  # as it was then
    assert actions.next_penalty(ada).number == 1
    assert [*Offense.objects.all()] == [offense]
    assert recorded("penalty.lift").actor_id == "hector"


@pytest.mark.clause("6.g.i/chain")
def test_a_denied_appeal_changes_nothing() -> None:
    ada = under_carla()
    offense = offend(ada)
    handle(offense, kind=Note.Kind.APPEALED)
    handle(offense, kind=Note.Kind.DENIED)
    assert not standing.standing_of(ada).authorized
    assert actions.next_penalty(ada).number == 2


@pytest.mark.both_databases
@pytest.mark.clause("6.g.i/recorded")
def test_the_database_itself_alters_and_removes_no_offense() -> None:
    offense = offend(under_carla())
    handle(offense)
    changes = [
        "UPDATE people_offense SET ends = begins",
        "DELETE FROM people_offense",
        "UPDATE people_note SET kind = 'granted'",
        "DELETE FROM people_note",
    ]
    if connection.vendor == "sqlite":
        changes += [
            f"INSERT OR REPLACE INTO {t} SELECT * FROM {t}" for t in ("people_offense", "people_note")
        ]
    else:
        changes += [
            "TRUNCATE people_offense, people_note CASCADE",  # investigations refer to offenses
            "SET LOCAL session_replication_role = replica",
        ]
        changes += changes[:2]
    connection.check_constraints()  # PostgreSQL truncates no table while references wait for their check
    for change in changes:
        with connection.cursor() as cursor:
            if change.startswith("SET"):
                cursor.execute(change)
                continue
            with pytest.raises(DatabaseError, match="never altered or removed"), transaction.atomic():
                cursor.execute(change)
    assert Offense.objects.get().ends == offense.ends


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes", "6.g.i/recorded")
def test_what_was_done_lies_sealed_in_the_database_and_on_the_log() -> None:
    offend(under_carla())
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM people_offense")
        assert b"neighbor" not in bytes(cursor.fetchone()[0])
    entry = AuditEntry.objects.filter(event="penalty.record").latest("sequence")
    assert entry.leaf is not None
    assert entry.leaf.reason == WHAT
    assert b"neighbor" not in bytes(entry.sealed)


@pytest.mark.clause("6.g.i/recorded", "6.b.i/designation")
def test_the_last_authorized_administrator_is_not_penalized_before_the_chief_has_acted() -> None:
    """The recorder is an administrator too, unless their own access has ended meanwhile."""
    gloria = person("gloria")
    recorder = Actor("person", "former", "A former administrator")
    with pytest.raises(Refused, match="The Chief must first hand the office over"):
        actions.record_offense(recorder, gloria, WHAT, "6.a.ii.3", 1)
    assert not Offense.objects.exists()


@pytest.mark.clause("6.g.i/recorded", "AC-2/told")
def test_the_supervisor_and_the_administrators_are_told() -> None:
    offend(under_carla())
    notice = Notice.objects.get(to__username="carla")
    assert notice.text == "Ada Archuleta's access is revoked for 15 days after an offense (6.g.i.1)."
