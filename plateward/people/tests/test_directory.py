"""Sign-in by the agency's directory: a real provider over real sockets, and everything that can go wrong."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as hub
from django.test import Client
from oidc_provider_mock import User

from plateward import environment
from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.config.reading import WrongSetting, read
from plateward.ground.links.directory import Directory, DirectoryError, discover
from plateward.ground.vault.authority import Authority
from plateward.people import actions
from plateward.people.access.models import Suspension
from plateward.people.models import Person
from plateward.people.testing import generate_totp_secret, person, totp_code
from plateward.people.tests.provider import Provider, path, query, running

pytestmark = pytest.mark.django_db
PAGE = "/account/passkeys/"
MFA = {"amr": ["pwd", "mfa"]}
USERS = (
    User(sub="7", claims={"preferred_username": "Ada", "employee": "badge-ada"}),
    User(sub="8", claims={"preferred_username": "ada", **MFA}),
    User(sub="9", claims={"preferred_username": "eve", **MFA}),
)
PASSWORD_ONLY, WITH_MFA, UNKNOWN = "7", "8", "9"


@pytest.fixture
def provider(tmp_path: Path, settings) -> Iterator[Provider]:  # type: ignore[no-untyped-def]
    with running(tmp_path, Authority.create(hub.RING), *USERS) as running_provider:
        settings.DIRECTORY = running_provider.directory()
        yield running_provider


def door() -> Client:
    client = Client()
    client.post("/banner/")
    return client


def there(provider: Provider, client: Client, subject: str, next: str = PAGE) -> str:
    """Where the browser returns after signing in at the directory."""
    sent = client.get("/login/directory/", {"next": next})
    assert sent.status_code == 302, sent.content
    return path(provider.log_in(sent["Location"], subject))


def text_of(answer: Any) -> bytes:
    """What the sign-in page says."""
    content: bytes = answer.content
    return content


@pytest.mark.clause("IA-2/people", "6.c.ii.1/all", "AU-2/logons")
def test_a_person_logs_in_by_the_directory_that_asked_for_a_second_factor(
    provider: Provider, recorded: Callable[[str], Leaf]
) -> None:
    ada, client = person("ada"), door()
    assert b"Log in at the agency" in client.get("/login/").content
    assert client.get(there(provider, client, WITH_MFA))["Location"] == PAGE
    assert client.get(PAGE).status_code == 200
    entry = recorded("person.login")
    assert (entry.actor_id, entry.details["methods"]) == (ada.username, ["directory", "directory"])
    assert Person.objects.count() == 1


@pytest.mark.clause("IA-2/people", "6.c.ii.1/all")
def test_where_the_directory_asked_for_none_we_ask_for_the_second_factor(provider: Provider) -> None:
    secret = generate_totp_secret()
    actions.enroll_totp(Actor("system", "test", "Test"), person("ada"), secret)
    client = door()
    assert client.get(there(provider, client, PASSWORD_ONLY))["Location"].startswith("/login/code/")
    assert client.get(PAGE).status_code == 302
    client.post("/login/code/", {"code": totp_code(secret)})
    assert client.get(PAGE).status_code == 200


@pytest.mark.clause("6.c.ii.1/factors")
def test_who_has_no_second_factor_anywhere_sets_one_up_first(provider: Provider) -> None:
    person("ada", must_change_password=True)
    client = door()
    client.get(there(provider, client, PASSWORD_ONLY))
    assert client.get("/alerts/")["Location"].startswith("/account/?")


@pytest.mark.clause("6.e.i/own", "6.a.i.2/own")
def test_an_unknown_person_is_told_so_and_no_account_is_made(
    provider: Provider, recorded: Callable[[str], Leaf]
) -> None:
    client = door()
    answer = client.get(there(provider, client, UNKNOWN), follow=True)
    assert b"have no account here. Logging in does not create one" in text_of(answer)
    assert not Person.objects.exists()
    assert recorded("person.login").object == "person:eve"


@pytest.mark.clause("6.e.i/own")
def test_a_badge_number_may_link_where_the_site_says_so(provider: Provider, settings) -> None:  # type: ignore[no-untyped-def]
    person("ada")
    settings.DIRECTORY = provider.directory(claim="employee", matches="badge", second_factor=None)
    client = door()
    assert client.get(there(provider, client, PASSWORD_ONLY))["Location"] == PAGE


@pytest.mark.clause("AC-2/disabled", "AC-7/lock")
def test_a_barred_account_is_not_opened_by_the_directory_either(provider: Provider) -> None:
    since = clock.now() - timedelta(minutes=1)
    Suspension.objects.create(
        person=person("ada"), kind="locked", reason="x", begins=since, begun_by="system:x"
    )
    client = door()
    answer = client.get(there(provider, client, WITH_MFA))
    assert answer.status_code == 403
    assert b"AC-7" in answer.content


@pytest.mark.clause("IA-2/people")
def test_what_is_sent_ties_the_answer_to_this_log_in(provider: Provider) -> None:
    parameters = query(door().get("/login/directory/")["Location"])
    assert parameters["code_challenge_method"] == "S256"
    assert parameters["redirect_uri"] == "http://testserver/login/directory/back/"
    assert len({parameters["state"], parameters["nonce"], parameters["code_challenge"]}) == 3
    assert all(len(parameters[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert "secret" not in str(parameters)


FORGERIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "of another audience": lambda claims: claims | {"aud": "another"},
    "for another party": lambda claims: claims | {"aud": ["plateward", "x"], "azp": "x"},
    "of another issuer": lambda claims: claims | {"iss": "https://elsewhere.example"},
    "expired": lambda claims: claims | {"exp": time.time() - 3600},
    "of the future": lambda claims: claims | {"iat": time.time() + 3600},
    "with another nonce": lambda claims: claims | {"nonce": "n" * 43},
    "without a nonce": lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
    "without an end": lambda claims: {k: v for k, v in claims.items() if k != "exp"},
    "with a damaged end": lambda claims: claims | {"exp": "tomorrow"},
}


@pytest.mark.clause("IA-2/people", "AU-2/logons")
@pytest.mark.parametrize("forgery", [*FORGERIES, "signed by another"])
def test_a_forged_token_opens_nothing(
    provider: Provider, forgery: str, recorded: Callable[[str], Leaf]
) -> None:
    person("ada")
    provider.forged = forgery == "signed by another"
    provider.claims = FORGERIES.get(forgery, lambda claims: claims)
    client = door()
    answer = client.get(there(provider, client, WITH_MFA), follow=True)
    assert b"The token" in text_of(answer)
    assert b"Nothing was changed." in text_of(answer)
    assert client.get(PAGE).status_code == 302
    assert recorded("person.login").outcome == "failed"


@pytest.mark.clause("IA-2/people")
def test_an_answer_counts_once_in_the_browser_that_asked_and_with_its_state(provider: Provider) -> None:
    person("ada")
    client, other = door(), door()
    back = there(provider, client, WITH_MFA)
    for again in (path(back, state="s" * 43), back):  # a wrong try spends the attempt
        assert b"is not for a log-in started here" in text_of(client.get(f"{again}&here=", follow=True))
    back = there(provider, client, WITH_MFA)
    assert b"is not for a log-in started here" in text_of(other.get(f"{back}&here=", follow=True))
    client.get(back)
    assert client.get(PAGE).status_code == 200
    assert b"is not for a log-in started here" in text_of(client.get(f"{back}&here=", follow=True))


@pytest.mark.clause("IA-2/people")
def test_an_answer_comes_within_ten_minutes_whatever_the_clock_does(provider: Provider) -> None:
    person("ada")
    for moved in (timedelta(minutes=11), -timedelta(minutes=11)):
        client = door()
        back = there(provider, client, WITH_MFA)
        with clock.set_to(clock.now() + moved):
            assert b"started too long ago" in text_of(client.get(back, follow=True))


@pytest.mark.clause("IA-2/people")
def test_a_code_that_was_used_or_a_log_in_that_was_given_up_opens_nothing(provider: Provider) -> None:
    person("ada")
    client = door()
    back = there(provider, client, WITH_MFA)
    client.get(back)
    used = query(back)["code"]
    client = door()
    back = there(provider, client, WITH_MFA)
    assert b"The directory refused" in text_of(client.get(path(back, code=used), follow=True))
    client.get("/login/directory/")
    state = client.session["people.directory"]["state"]
    answer = client.get("/login/directory/back/", {"error": "access_denied", "state": state}, follow=True)
    assert b"did not log you in" in text_of(answer)


@pytest.mark.clause("IA-2/people")
def test_coming_back_passes_by_a_page_of_our_own_that_the_cookie_comes_along_from(provider: Provider) -> None:
    answer = Client().get("/login/directory/back/?code=c&state=s")
    assert (
        b'http-equiv="refresh" content="0;url=/login/directory/back/?code=c&amp;state=s&amp;here="'
        in answer.content
    )
    assert not answer.cookies


@pytest.mark.clause("IA-2/people")
def test_a_directory_that_is_down_is_told_nothing_is_lost_and_the_password_still_works(
    provider: Provider,
    settings: Any,
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person("ada", password="bosque-trails-77")
    client = door()
    back = there(provider, client, WITH_MFA)
    provider.down = True
    answer = client.get(back, follow=True)
    assert b"The directory refused (HTTP 503)" in text_of(answer)
    assert answer.redirect_chain[-1][0] == "/login/?next=%2Faccount%2Fpasskeys%2F"
    settings.DIRECTORY = provider.directory(issuer="https://localhost:1")
    assert b"The directory is not responding." in text_of(client.get("/login/directory/", follow=True))
    client.post("/login/", {"login": "ada", "password": "bosque-trails-77"})
    assert client.get("/account/").status_code == 200


@pytest.mark.clause("IA-2/people", "SC-8/systems", "6.i.ii/devices")
@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "where", ["https://elsewhere.example/x", "http://localhost/x", "https://localhost:1/x", None]
)
def test_no_host_but_the_issuers_own_is_ever_asked(
    provider: Provider, endpoint: str, where: str | None
) -> None:
    provider.discovery = lambda document: document | {endpoint: where}
    with pytest.raises(DirectoryError, match="not its own"):
        discover(provider.directory())
    assert provider.queries == ["/.well-known/openid-configuration"]


@pytest.mark.clause("IA-2/people", "SC-8/systems")
def test_another_issuer_an_unknown_authority_and_endless_answers_are_refused(provider: Provider) -> None:
    with pytest.raises(DirectoryError, match="is not responding"):
        discover(provider.directory(authority=None))
    provider.discovery = lambda document: document | {"x": "x" * 300_000}
    with pytest.raises(DirectoryError, match="too long"):
        discover(provider.directory())
    provider.discovery = lambda document: document | {"issuer": "https://elsewhere.example"}
    with pytest.raises(DirectoryError, match="not the configured one"):
        discover(provider.directory())
    provider.discovery = lambda _found: ["x"]  # type: ignore[assignment, return-value]
    with pytest.raises(DirectoryError, match="cannot be read"):
        discover(provider.directory())


def test_without_a_directory_there_is_no_such_way_in(settings) -> None:  # type: ignore[no-untyped-def]
    assert b"agency account" not in door().get("/login/").content
    for url in ("/login/directory/", "/login/directory/back/"):
        assert door().get(url).status_code == 404


@pytest.mark.clause("IA-2/people")
def test_a_site_names_all_that_is_needed_or_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    wanted = {
        "ISSUER": "https://login.example.gov",
        "CLIENT_ID": "plateward",
        "SECOND_FACTOR": "acr=https://refeds.org/profile/mfa",
    }

    def given(changed: dict[str, str], secret: Path | None = tmp_path / "secret") -> Directory | None:
        for name, value in (wanted | changed).items():
            monkeypatch.setenv(f"PLATEWARD_OIDC_{name}", value)
        return environment.directory(read().oidc, secret, None)

    directory = given({})
    assert directory is not None
    assert (directory.secret, directory.matches) == ("s3cret", "username")
    assert directory.second_factor == ("acr", "https://refeds.org/profile/mfa")
    for wrong in (
        {"ISSUER": "http://login.example.gov"},
        {"CLIENT_ID": ""},
        {"SECOND_FACTOR": "mfa"},
        {"MATCHES": "email"},
    ):
        with pytest.raises(WrongSetting):
            given(wrong)
    with pytest.raises(WrongSetting, match="oidc-secret"):
        given({"MATCHES": ""}, None)
