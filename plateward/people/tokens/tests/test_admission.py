"""Who may ask the API: a token, its person's log-in with the second factor, and what the person may do now."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.core.audit.models import AuditEntry
from plateward.core.db.locking import change_row
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Suspension
from plateward.people.actor import PersonActor
from plateward.people.models import Person, SignIn
from plateward.people.notices.models import Notice
from plateward.people.testing import bearer, person, signed_in, untrain
from plateward.people.tokens import actions
from plateward.people.tokens.admission import GUESSES_AT_MOST, MAX_BODY
from plateward.people.tokens.models import ApiToken
from plateward.people.tokens.rules import REQUESTS_PER_MINUTE

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/token"
GUESS = f"Bearer {actions.PREFIX}{'a' * 43}"


@pytest.fixture
def ada() -> Person:
    """An officer who is logged in."""
    ada = person("ada")
    signed_in(ada)
    return ada


def ask(header: str = "", address: str = "10.20.1.1", **more: Any) -> Any:
    return Client().get(
        ADDRESS, headers={"authorization": header} if header else {}, REMOTE_ADDR=address, **more
    )


def make(owner: Person) -> str:
    """A token as its page makes it, for the header."""
    _, text = actions.make_token(
        actor(owner), name="Workbench", purpose="felony", number="", days=30, link="/"
    )
    return f"Bearer {text}"


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.json().keys() >= {"error", "clause", "help"}
    return answer.status_code, answer.json()["clause"]


@pytest.mark.clause("6.c.ii.1/all", "6.a.i.2/own")
def test_a_token_answers_for_its_person_and_its_last_use_is_kept(ada: Person, recorded: Any) -> None:
    answer = ask(bearer(ada, number="26-11842"))
    assert answer.status_code == 200
    assert answer.json() | {"ends_at": ""} == {
        "person": "ada",
        "purpose": "felony",
        "number": "26-11842",
        "ends_at": "",
    }
    token = ApiToken.objects.get()
    assert (token.used_from, token.network) == ("10.20.1.1", "10.20.0.0/16")
    assert token.used_at
    assert not answer.cookies
    assert (recorded("token.view").object, recorded("token.view").actor_id) == (f"token:{token.pk}", "ada")


@pytest.mark.both_databases
def test_only_a_hash_of_a_token_is_stored(ada: Person) -> None:
    header = bearer(ada)
    row = ApiToken.objects.values().get()
    assert header.removeprefix("Bearer ")[len(actions.PREFIX) :] not in str(row)


@pytest.mark.clause("6.c.ii.1/all", "6.b.i.8/matrix")
def test_a_session_opens_no_route_of_the_api() -> None:
    answer = signed_in(person("ada")).get(ADDRESS)
    assert refusal(answer) == (401, "6.c.ii.1")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.clause("6.c.ii.1/all")
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", GUESS, f"{GUESS}' OR 1=1--", f"{GUESS}{'a' * 9000}", "Basic YTpi"]
)
def test_what_is_no_token_opens_nothing(header: str) -> None:
    assert refusal(ask(header)) == (401, "6.c.ii.1")


@pytest.mark.clause("6.c.ii.1/all")
def test_a_token_in_an_address_counts_for_nothing(ada: Person) -> None:
    text = bearer(ada).removeprefix("Bearer ")
    assert Client().get(f"{ADDRESS}?token={text}&access_token={text}").status_code == 401


@pytest.mark.clause("AC-7/strangers", "6.b.i.9/denied")
def test_guessing_is_slowed_and_fills_no_log() -> None:
    before = AuditEntry.objects.count()
    answers = [ask(GUESS).status_code for _ in range(GUESSES_AT_MOST + 15)]
    assert answers == [401] * GUESSES_AT_MOST + [429] * 15
    assert AuditEntry.objects.count() - before <= GUESSES_AT_MOST
    assert ask(GUESS, address="10.99.0.1").status_code == 401


@pytest.mark.clause("6.c.ii.1/all", "IA-5.sessions/again", "AC-12/ends")
def test_it_needs_its_persons_log_in_of_the_last_twelve_hours(ada: Person) -> None:
    header = bearer(ada)
    assert ask(header).status_code == 200
    with clock.set_to(clock.now() + timedelta(hours=12)):
        assert refusal(ask(header)) == (401, "6.c.ii.1")
    SignIn.objects.filter(person=ada).delete()  # as a log-out does
    assert refusal(ask(header)) == (401, "6.c.ii.1")


@pytest.mark.clause("6.c.ii.1/all", "IA-2/machines")
def test_a_log_in_without_the_second_factor_is_none(ada: Person) -> None:
    header = bearer(ada)
    signed_in(ada, second_factor=False)
    assert refusal(ask(header)) == (401, "6.c.ii.1")


@pytest.mark.clause("6.a.i.2/own")
def test_an_ended_and_a_revoked_token_say_so(ada: Person) -> None:
    header = bearer(ada)
    change_row(ApiToken.objects.get(), ends_at=clock.now())
    assert refusal(ask(header)) == (401, "IA-5.sessions")
    header = bearer(ada)
    actions.revoke_token(actor(ada), ApiToken.objects.latest("pk"))
    assert refusal(ask(header)) == (401, "6.a.i.2")


def actor(ada: Person) -> PersonActor:
    return PersonActor.of(ada, "10.20.1.1")


@pytest.mark.clause("AC-2/disabled", "6.g.i.1/days", "6.d.ii/yearly", "6.b.i.8/matrix")
def test_it_ends_with_access_training_and_role(ada: Person) -> None:
    header = bearer(ada)
    suspension = Suspension.objects.create(
        person=ada, kind="high_risk", reason="A test.", begun_by="system:test", begins=clock.now()
    )
    assert refusal(ask(header)) == (403, "AC-2")
    suspension.delete()
    assert ask(header).status_code == 200
    untrain(ada, "cjis")
    assert ask(header).status_code == 403


@pytest.mark.clause("6.b.i.8/matrix")
def test_it_does_not_outlive_the_role_that_it_was_made_for(ada: Person) -> None:
    header = bearer(ada)
    change_row(ApiToken.objects.get(), role="supervisor")
    assert refusal(ask(header)) == (401, "6.b.i.8")


@pytest.mark.clause("6.b.i.8/matrix", "AC-2/disabled")
def test_a_token_is_for_the_role_of_the_access_in_force_whatever_the_account_shows(ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(role="supervisor")
    ada.refresh_from_db()
    header = make(ada)
    assert ApiToken.objects.get().role == "officer"
    assert ask(header).status_code == 200
    ada.accesses.update(role="inspector")
    assert refusal(ask(header)) == (401, "6.b.i.8")


@pytest.mark.clause("6.b.i.8/matrix", "AC-2/disabled")
def test_without_access_no_token_is_made_and_an_earlier_one_opens_nothing(ada: Person) -> None:
    header = make(ada)
    ada.accesses.update(ends=clock.now())
    with pytest.raises(Refused, match="no approved access"):
        make(ada)
    assert ask(header).status_code == 403


@pytest.mark.clause("6.b.i.8/matrix", "6.c.ii/cases")
def test_a_token_of_a_role_without_the_duty_opens_nothing() -> None:
    frank = person("frank")
    signed_in(frank)
    assert refusal(ask(bearer(frank))) == (403, "6.b.i.8")


@pytest.mark.clause("6.a.i.2/own", "6.a.i.2/lending", "6.b.i.9/denied")
def test_a_token_replayed_from_another_network_is_revoked_and_its_owner_notified(
    ada: Person, recorded: Any
) -> None:
    header = bearer(ada)
    assert ask(header).status_code == 200
    assert ask(header, address="10.20.9.9").status_code == 200
    assert refusal(ask(header, address="198.51.100.7")) == (401, "6.a.i.2")
    assert recorded("token.revoke").outcome == "refused"
    assert refusal(ask(header)) == (401, "6.a.i.2")
    assert "198.51.100.7" in Notice.objects.get(to=ada, kind="session.copy").text


def test_a_token_has_its_pace(ada: Person) -> None:
    header = bearer(ada)
    with clock.set_to(clock.now().replace(second=1)):
        answers = [ask(header).status_code for _ in range(REQUESTS_PER_MINUTE + 2)]
    assert answers == [200] * REQUESTS_PER_MINUTE + [429, 429]


@pytest.mark.clause("6.b.i.9/denied")
def test_who_is_too_fast_is_whom_the_token_names_whatever_cookie_came_along(
    ada: Person, recorded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.people.tokens.rules.REQUESTS_PER_MINUTE", 0)
    answer = signed_in(person("ben")).get(ADDRESS, headers={"authorization": bearer(ada)})
    assert answer.status_code == 429
    entry = recorded("route.refuse")
    assert (entry.actor_id, entry.session) == ("ada", f"token:{ApiToken.objects.get().pk}")


@pytest.mark.parametrize("django_at_most", [MAX_BODY // 2, 2 * MAX_BODY])
def test_a_body_is_bounded(ada: Person, settings: Any, django_at_most: int) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = django_at_most
    body, headers = b"{" * (MAX_BODY + 1), {"authorization": bearer(ada)}
    answer = Client().generic("GET", ADDRESS, body, "application/json", headers=headers)
    assert answer.status_code == 413
    assert answer.json()["error"]


@pytest.mark.clause("AU-5/stops")
def test_a_token_is_made_on_the_record_or_not_at_all(ada: Person, recorded: Any) -> None:
    header = make(ada)
    token, text = ApiToken.objects.get(), header.removeprefix("Bearer ")
    assert ask(header).status_code == 200
    entry = recorded("token.make")
    assert text not in str(entry)
    assert token.ends_at - token.made_at == timedelta(days=30)
    assert Notice.objects.filter(to=ada, kind="factor.change").exists()
