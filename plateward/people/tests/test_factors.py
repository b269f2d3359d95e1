"""Nobody is ever without a second factor, changes one without proof, or has one changed unnoticed."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refused
from plateward.people import actions
from plateward.people.models import Person, SignIn
from plateward.people.notices.models import Notice
from plateward.people.sign_in import factors
from plateward.people.testing import generate_totp_secret, give_recovery_codes, person, signed_in, totp_code

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.c.ii.1/factors", "IA-2/people")]
PASSWORD = "bosque-trails-77"
SYSTEM = Actor("system", "test", "Test")
LATER = timedelta(minutes=11)
REMOVE_APP = "/account/totp/remove/"


@pytest.fixture
def secret() -> str:
    """The secret of Ada's authenticator app, her only factor."""
    shared: str = generate_totp_secret()
    actions.enroll_totp(SYSTEM, person("ada", password=PASSWORD), shared)
    return shared


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _a_made_up_key_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"publicKey": {"allowCredentials": [{"id": "x"}]}}
    for asking in ("begin_authentication", "begin_registration"):
        monkeypatch.setattr(f"allauth.mfa.webauthn.internal.auth.{asking}", lambda *_: options)


def with_key(who: Person) -> Authenticator:
    data = {"name": "Key 1", "credential": {}}
    return Authenticator.objects.create(user=who, type=Authenticator.Type.WEBAUTHN, data=data)


def kinds(who: Person) -> list[str]:
    return sorted(Authenticator.objects.filter(user=who).values_list("type", flat=True))


@pytest.mark.clause("AU-2/logons")
def test_the_only_factor_stays_whoever_asks(secret: str, recorded: Callable[[str], Leaf]) -> None:
    ada = person()
    give_recovery_codes(ada)  # which alone do not count as a factor
    client = signed_in(ada)
    assert b"your only second factor" in client.get(REMOVE_APP).content
    answer = client.post(REMOVE_APP)
    assert answer.status_code == 409
    assert b"one is required" in answer.content
    assert kinds(ada) == ["recovery_codes", "totp"]
    entry = recorded("person.factor")
    assert (entry.actor_id, entry.outcome, entry.clause) == ("ada", "refused", "6.c.ii.1")
    with pytest.raises(Refused), transaction.atomic():
        Authenticator.objects.filter(user=ada).delete()
    assert kinds(ada) == ["recovery_codes", "totp"]


@pytest.mark.clause("AU-2/logons")
def test_one_of_two_goes_and_its_owner_is_told(secret: str, recorded: Callable[[str], Leaf]) -> None:
    ada = person()
    key = with_key(ada)
    client = signed_in(ada)
    assert client.post(f"/account/passkeys/{key.pk}/remove/").status_code == 302
    assert recorded("person.factor").details == {"change": "removed", "type": "webauthn"}
    assert "passkey or security key removed" in Notice.objects.get(to=ada).text
    assert client.post(REMOVE_APP).status_code == 409


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_two_removals_at_once_one_is_refused(secret: str) -> None:
    ada = person()
    with_key(ada)
    together, refused = Barrier(2), []

    def go(factor: Authenticator) -> None:
        together.wait()
        try:
            factors.remove_factor(SYSTEM, factor)
        except Refused:
            refused.append(factor.type)
        finally:
            connection.close()

    threads = [
        Thread(target=go, args=[authenticator]) for authenticator in Authenticator.objects.filter(user=ada)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert kinds(ada) == refused


@pytest.mark.parametrize(
    "path",
    [
        "/account/totp/add/",
        REMOVE_APP,
        "/account/passkeys/add/",
        "/account/passkeys/{key}/edit/",
        "/account/passkeys/{key}/remove/",
        "/account/recovery/",
        "/account/recovery/new/",
    ],
)
def test_every_change_asks_for_a_factor_and_no_password_does_for_it(secret: str, path: str) -> None:
    ada = person()
    path = path.format(key=with_key(ada).pk)
    give_recovery_codes(ada)
    client = signed_in(ada)
    before = kinds(ada)
    with clock.set_to(clock.now() + LATER):
        client.post("/account/again/", {"proof_password": PASSWORD})  # proves identity, but is no factor
        for ask in (client.get, client.post):
            answer = ask(path)
            assert answer.status_code == 401
            assert b"proof_code" in answer.content
            assert b"proof_password" not in answer.content
        assert client.post(path, {"proof_password": PASSWORD}).status_code == 401
        assert client.post(path, {"proof_code": "000000"}).status_code == 401
    assert kinds(ada) == before


@pytest.mark.clause("AU-2/logons")
def test_a_code_proves_the_factor_and_the_change_goes_on(
    secret: str, recorded: Callable[[str], Leaf]
) -> None:
    ada = person()
    key = with_key(ada)
    client = signed_in(ada)
    with clock.set_to(clock.now() + LATER):
        path = f"/account/passkeys/{key.pk}/edit/"
        answer = client.post(path, {"name": "Patrol car", "proof_code": totp_code(secret)})
        assert answer.status_code == 302
        assert recorded("session.prove").details == {"method": "totp"}
    assert "renamed" in Notice.objects.get(to=ada).text


@pytest.mark.clause("AU-2/logons")
def test_a_new_phone_replaces_the_old_one_in_one_act(secret: str, recorded: Callable[[str], Leaf]) -> None:
    ada = person()
    spare, *_ = give_recovery_codes(ada)
    client = Client()
    client.post("/banner/")
    client.post("/login/", {"login": "ada", "password": PASSWORD})
    client.post("/login/code/", {"code": spare, "recovery": "1"})  # the old phone is lost
    assert b"Replace your authenticator app" in client.get("/account/totp/add/").content
    new = client.session["mfa.totp.secret"]
    assert client.post("/account/totp/add/", {"code": totp_code(new)}).status_code == 302
    assert recorded("person.factor").details == {"change": "replaced", "type": "totp"}
    assert "authenticator app replaced" in Notice.objects.get(to=ada).text
    app = Authenticator.objects.get(user=ada, type="totp").wrap()
    assert app.validate_code(totp_code(new, 1))
    assert not app.validate_code(totp_code(secret, 1))


@pytest.mark.clause("6.e.i/own", "AU-2/logons")
@pytest.mark.parametrize("codes_left", [False, True])
def test_who_has_lost_every_factor_sets_none_up_by_a_password(
    codes_left: bool, recorded: Callable[[str], Leaf]
) -> None:
    """A database from before this rule, or after a manual change."""
    ada = person("ada", password=PASSWORD, may_enroll=False)
    if codes_left:
        give_recovery_codes(ada)
    client = Client()
    client.post("/banner/")
    answer = client.post("/login/", {"login": "ada", "password": PASSWORD})
    assert answer.status_code == 403
    assert b"a password alone cannot set one up" in answer.content
    assert recorded("person.login").clause == "6.c.ii.1"
    assert client.get("/account/totp/add/")["Location"].startswith("/login/")
    # The administrator's recorded act is the way back.
    given = actions.give_password(Actor("person", "gloria", "Gloria Gallegos"), ada)
    client.post("/login/", {"login": "ada", "password": given})
    change = {"oldpassword": given, "password1": "mesa-verde-606", "password2": "mesa-verde-606"}
    client.post("/account/password/", change)
    client.get("/account/totp/add/")
    client.post("/account/totp/add/", {"code": totp_code(client.session["mfa.totp.secret"])})
    assert client.get("/account/passkeys/").status_code == 200
    ada.refresh_from_db()
    assert not ada.may_enroll


def test_a_session_whose_factors_are_gone_is_over() -> None:
    ada = person()
    client = signed_in(ada, second_factor=False)
    Person.objects.update(may_enroll=False)
    assert client.get("/account/totp/add/")["Location"].startswith("/banner/")
    assert SignIn.objects.filter(person=ada).exists()  # as of a sign-in that was never completed
    assert client.get("/account/totp/add/")["Location"].startswith("/banner/")


def test_a_first_factor_is_set_up_once_by_the_first_password() -> None:
    """Setting up the second factor needs the first."""
    client = signed_in(person("ada", password=PASSWORD), second_factor=False)
    client.get("/account/totp/add/")
    client.post("/account/totp/add/", {"code": totp_code(client.session["mfa.totp.secret"])})
    assert client.get("/account/recovery/").status_code == 200  # the codes that came with it, at once
    with clock.set_to(clock.now() + LATER):
        client.post("/account/again/", {"proof_password": PASSWORD})
        assert client.get("/account/passkeys/add/").status_code == 401


@pytest.mark.clause("AU-2/logons")
@pytest.mark.parametrize(
    ("posted", "kind", "message"),
    [
        ({"code": "000000"}, "totp", "one-time codes"),
        ({"code": "00000000", "recovery": "1"}, "recovery_codes", "recovery codes"),
        ({"credential": '{"id": "x"}'}, "webauthn", "passkey or security key"),
    ],
)
def test_the_log_and_the_story_name_the_factor_that_was_tried(
    secret: str, posted: dict[str, str], kind: str, message: str, recorded: Callable[[str], Leaf]
) -> None:
    from plateward.people.pages.history import _entry_text

    give_recovery_codes(person())
    client = Client()
    client.post("/banner/")
    client.post("/login/", {"login": "ada", "password": PASSWORD})
    client.post("/login/code/", posted)
    entry = recorded("person.factor")
    assert (entry.outcome, entry.details["type"]) == ("failed", kind)
    assert _entry_text(entry) == f"Second factor tried: {message} (failed)"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("6.b.i.9/records", "AU-2/logons")
def test_recovery_codes_that_were_shown_and_used_are_as_the_log_has_them() -> None:
    with act(SYSTEM, Event.PERSON_FACTOR, "person:ada"):
        ada = person()
        client, codes = signed_in(ada), give_recovery_codes(ada)
    assert codes[0] in client.get("/account/recovery/").content.decode()
    row = Authenticator.objects.get(user=ada, type="recovery_codes")
    assert as_recorded(row) == Allow()
    with clock.set_to(clock.now() + LATER):
        assert client.post("/account/again/", {"proof_code": codes[0]}).status_code == 302
    row.refresh_from_db()
    assert row.data["used_mask"]
    assert as_recorded(row) == Allow()
