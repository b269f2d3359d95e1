"""How long a sign-in lasts, and what its row gives away."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from plateward import clock
from plateward.people.models import SignIn
from plateward.people.rules import lasts
from plateward.people.testing import person, signed_in
from plateward.policy.decision import Allow, Refusal

PAGE = "/account/passkeys/"  # any page that asks a second factor
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.clause("IA-5.sessions")
@pytest.mark.parametrize(
    ("began", "seen", "kind"),
    [
        (12 * HOUR - MINUTE, MINUTE, Allow),
        (12 * HOUR, MINUTE, Refusal),
        (HOUR, 30 * MINUTE - timedelta(seconds=1), Allow),
        (HOUR, 30 * MINUTE, Refusal),
    ],
)
def test_a_sign_in_lasts_12_hours_and_30_minutes_idle(began: timedelta, seen: timedelta, kind: type) -> None:
    now = clock.now()
    assert isinstance(lasts(now - began, now - seen, now), kind)


@pytest.mark.clause("IA-5.sessions", "AC-12", "AU-3")
@pytest.mark.django_db
def test_an_idle_session_ends_says_why_and_is_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(person())
    with clock.at(clock.now() + 31 * MINUTE):
        answer = client.get(PAGE, follow=True)
    assert b"30 minutes" in answer.content
    assert recorded("session.end").who_id == "ada"
    assert not SignIn.objects.exists()


@pytest.mark.clause("IA-5.sessions")
@pytest.mark.django_db
def test_work_keeps_a_session_and_a_stream_that_reconnects_does_not() -> None:
    client, start = signed_in(person()), clock.now()
    with clock.at(start + 20 * MINUTE):
        assert client.get(PAGE).status_code == 200
    with clock.at(start + 40 * MINUTE):
        client.get(PAGE, headers={"accept": "text/event-stream"})
    with clock.at(start + 49 * MINUTE):
        assert client.get(PAGE, headers={"accept": "text/event-stream"}).status_code == 200
    with clock.at(start + 51 * MINUTE):
        assert client.get(PAGE).status_code == 302


@pytest.mark.clause("6.i.i")
@pytest.mark.django_db
def test_a_session_row_is_sealed_and_an_altered_one_is_no_session() -> None:
    client = signed_in(person())
    row = Session.objects.get()
    assert "sign_in" not in row.session_data
    row.session_data = row.session_data[:-8] + "AAAAAAA="
    row.save()
    assert client.get(PAGE).status_code == 302
