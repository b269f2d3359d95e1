"""Five failures lock an account until somebody else restores it, without showing which accounts exist."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import actions
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions.actions import restore_access
from plateward.people.actor import PersonActor
from plateward.people.models import CacheRow, FailedTry, Person
from plateward.people.rules import too_many_failures
from plateward.people.testing import generate_totp_secret, person, signed_in, totp_code

pytestmark = pytest.mark.django_db
PASSWORD = "bosque-trails-77"
MINUTE = timedelta(minutes=1)
SYSTEM = Actor("system", "test", "Test")
WRONG = b"The username or the password is wrong."
LOCKED = b"your account was locked after five failed log-ins"


@pytest.fixture
def ada(settings) -> Person:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return person("ada", password=PASSWORD)


@pytest.fixture
def secret(ada: Person) -> str:
    """The secret of Ada's authenticator app."""
    shared: str = generate_totp_secret()
    actions.enroll_totp(SYSTEM, ada, shared)
    return shared


def door() -> Client:
    client = Client()
    client.post("/banner/")
    return client


def tries(username: str, password: str, client: Client | None = None) -> bytes:
    answer = (client or door()).post("/login/", {"login": username, "password": password})
    content: bytes = answer.content
    return content


def waited() -> None:
    """As after 15 minutes, for the counts in the cache."""
    CacheRow.objects.all().delete()
    cache.clear()


@pytest.mark.clause("AC-7/lock", "AU-2/logons")
def test_five_failures_lock_for_good_and_the_right_password_then_changes_nothing(
    ada: Person, recorded: Callable[[str], Leaf]
) -> None:
    for _ in range(5):
        assert WRONG in tries("ada", "wrong")
    began = recorded("access.interrupt")
    assert (began.object, began.clause, began.details) == ("person:ada", "AC-7", {"kind": "locked"})
    with clock.set_to(clock.now() + timedelta(days=9)):
        waited()
        answer = door().post("/login/", {"login": "ada", "password": PASSWORD})
    assert answer.status_code == 403
    assert LOCKED in answer.content
    assert b"AC-7" in answer.content
    assert recorded("person.login").clause == "AC-7"
    assert Suspension.objects.filter(ends=None).count() == 1


@pytest.mark.clause("AC-7/lock")
def test_four_failures_or_five_over_a_longer_time_lock_nobody(ada: Person) -> None:
    start = clock.now()
    for at in (0, 1, 2, 3, 16):
        with clock.set_to(start + at * MINUTE):
            tries("ada", "wrong")
    assert not Suspension.objects.exists()
    waited()
    assert b"Second factor" not in tries("ada", PASSWORD)
    assert not too_many_failures([start - 16 * MINUTE, *[start] * 4], None, start)
    assert too_many_failures([start + MINUTE] * 5, None, start)  # the clock was set back in between
    assert not too_many_failures([start] * 5, start + MINUTE, start + 2 * MINUTE)


@pytest.mark.clause("AC-7/lock")
def test_wrong_passwords_codes_and_keys_count_together(ada: Person, secret: str) -> None:
    client = door()
    tries("ada", "wrong")
    tries("ada", PASSWORD, client)
    for posted in ({"code": "000000"}, {"code": "111111"}, {"credential": '{"id": "x"}'}):
        client.post("/login/code/", posted)
    assert not Suspension.objects.exists()
    client.post("/login/code/", {"code": "222222"})
    assert Suspension.objects.get().kind == "locked"
    assert LOCKED in client.post("/login/code/", {"code": totp_code(secret)}).content


@pytest.mark.clause("AC-7/lock", "AC-11/lock")
def test_wrong_proofs_in_an_open_session_count_too(ada: Person) -> None:
    client = signed_in(ada)
    for _ in range(5):
        client.post("/account/again/", {"proof_password": "wrong"})
    assert Suspension.objects.get().kind == "locked"
    waited()
    assert b"You cannot log in" in client.post("/account/again/", {"proof_password": PASSWORD}).content


@pytest.mark.clause("AC-7/lock")
def test_a_name_without_an_account_is_answered_like_one_that_has_one(ada: Person) -> None:
    for attempt in range(7):
        with clock.set_to(clock.now()):
            mine, nobodys = tries("ada", "wrong"), tries("eve", "wrong")
        text = WRONG if attempt < 5 else b"Too many failed log-ins here"
        assert text in mine
        assert text in nobodys
        CacheRow.objects.filter(cache_key__contains=":ip:").delete()
    assert FailedTry.objects.filter(person=None).count() == FailedTry.objects.filter(person=ada).count() == 5
    # Without the right password nothing shows that the account is locked.
    waited()
    assert WRONG in tries("ada", "wrong")


@pytest.mark.clause("AC-7/lock", "AU-2/logons")
def test_an_administrator_releases_with_a_reason_and_the_count_begins_anew(
    ada: Person, secret: str, recorded: Callable[[str], Leaf]
) -> None:
    for _ in range(5):
        tries("ada", "wrong")
    admin = signed_in(person("gloria"))
    page = admin.get("/people/log-ins/")
    assert b"Ada Archuleta" in page.content
    assert admin.post("/people/log-ins/ada/release/", {"reason": " "}).status_code == 422
    admin.post("/people/log-ins/ada/release/", {"reason": "She called from her desk."})
    entry = recorded("access.restore")
    assert (entry.actor_id, entry.object, entry.reason) == (
        "gloria",
        "person:ada",
        "She called from her desk.",
    )
    for _ in range(4):
        tries("ada", "wrong")
    client = door()
    tries("ada", PASSWORD, client)
    client.post("/login/code/", {"code": totp_code(secret)})
    assert client.get("/account/").status_code == 200
    assert b"No locked accounts." in admin.get("/people/log-ins/").content


@pytest.mark.clause("AC-7/lock", "6.b.i.8/matrix")
def test_nobody_releases_their_own_account_and_no_supervisor_does(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    gloria = person("gloria", password=PASSWORD)
    client = signed_in(gloria)
    for _ in range(5):
        tries("gloria", "wrong")
    url, given = "/people/log-ins/gloria/release/", {"reason": "It was me."}
    assert client.post(url, given).status_code == 403  # a locked administrator has no duties
    assert signed_in(person("carla")).post(url, given).status_code == 403
    lock = Suspension.objects.get()
    with pytest.raises(Refused, match="You cannot restore your own access"):
        restore_access(PersonActor.of(gloria), lock, "It was me.")
    lock.refresh_from_db()
    assert lock.ends is None


@pytest.mark.clause("AC-2/disabled", "AC-7/lock")
@pytest.mark.parametrize("kind", ["terminated", "high_risk"])
def test_who_has_left_or_is_switched_off_is_told_so_after_the_right_password_and_not_before(
    ada: Person, kind: str
) -> None:
    Suspension.objects.create(
        person=ada, kind=kind, reason="x", begins=clock.now() - MINUTE, begun_by="person:gloria"
    )
    assert WRONG in tries("ada", "wrong")
    assert b"You cannot log in" in tries("ada", PASSWORD)


@pytest.mark.clause("AC-7/lock")
def test_a_bare_account_number_with_a_made_up_key_counts_against_nobody(ada: Person) -> None:
    own = {"name": "Key 1", "credential": {"rawId": "BBBB"}}
    Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data=own)

    def counted(key: str) -> int:
        answer = json.dumps({"rawId": key, "response": {"userHandle": str(ada.pk)}})
        door().post("/login/passkey/", {"credential": answer})
        return FailedTry.objects.filter(person=ada).count()

    assert [counted(key) for key in ("AAAA", "\0", "\ud800", "")] == [0, 0, 0, 0]
    assert counted("BBBB") == 1


@pytest.mark.clause("IA-5.passwords/checked")
def test_absurdly_long_names_passwords_and_codes_are_refused_in_words(ada: Person, secret: str) -> None:
    assert WRONG in tries("ada", "x" * 2_000_000)
    assert b"to 32 characters" in tries("a" * 2_000_000, PASSWORD)
    client = door()
    tries("ada", PASSWORD, client)
    assert client.post("/login/code/", {"code": "0" * 2_000_000}).status_code == 200
    assert client.post("/login/code/", {"credential": "[" * 100_000}).status_code == 200
    client.post("/login/code/", {"code": totp_code(secret)})
    assert client.get("/account/").status_code == 200


class Counted(MD5PasswordHasher):
    """Counts how often a password was hashed."""

    algorithm = "counted"
    times = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.times += 1
        return str(super().encode(password, salt))


@pytest.mark.clause("IA-2/people")
@pytest.mark.parametrize("unknown", ["nobody", "Nobody-At-All", "no username at all"])
def test_a_name_without_an_account_costs_as_many_hashes_as_one_with(settings, unknown: str) -> None:  # type: ignore[no-untyped-def]
    """Otherwise the response time would show which names exist."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    person("ada", password=PASSWORD)

    def hashes(username: str) -> int:
        before = Counted.times
        assert WRONG in tries(username, "wrong")
        return Counted.times - before

    assert hashes(unknown) == hashes("ada") == 1
