"""How strong what the hub itself issues is: a session, an app's secret and its codes, recovery codes."""

import re
from base64 import b32decode
from math import log2

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.test import Client

from plateward.people.models import Person
from plateward.people.sessions import SessionStore
from plateward.people.testing import give_recovery_codes, person, signed_in, totp_code

pytestmark = pytest.mark.django_db


def bits(text: str, of: str) -> float:
    """How much there is to guess in it, if each character is one of these."""
    assert set(text) <= set(of)
    return len(text) * log2(len(of))


@pytest.mark.clause("IA-5.sessions/secret")
def test_a_sessions_secret_is_long_and_another_each_time() -> None:
    keys = [signed_in(person("ada")).cookies[settings.SESSION_COOKIE_NAME].value for _ in range(3)]
    for _ in range(100):
        (session := SessionStore()).create()
        keys.append(str(session.session_key))
    assert min(bits(key, VALID_KEY_CHARS) for key in keys) >= 64
    assert len(set(keys)) == len(keys)
    for place in zip(*keys, strict=True):
        assert len(set(place)) > 15  # no part of it is always the same


def setting_up(who: Person) -> tuple[Client, str]:
    """The page on which the first authenticator app is added, and the secret that it gives."""
    client = signed_in(who, second_factor=False)
    client.get("/account/totp/add/")
    return client, client.session["mfa.totp.secret"]


@pytest.mark.clause("IA-5.codes/strong")
def test_an_apps_secret_is_long_and_its_codes_have_six_digits_for_half_a_minute() -> None:
    client, secret = setting_up(person("ada"))
    _, other = setting_up(person("ben"))
    assert len(b32decode(secret)) * 8 >= 112
    assert secret != other
    code = totp_code(secret)
    assert re.fullmatch(r"\d{6}", code)
    for wrong in (code[:5], f"0{code}", totp_code(secret, 4), totp_code(secret, -4)):
        assert client.post("/account/totp/add/", {"code": wrong}).status_code == 200  # the page again
    assert client.post("/account/totp/add/", {"code": totp_code(secret)}).status_code == 302


@pytest.mark.clause("IA-5.codes/recovery")
def test_recovery_codes_are_many_long_and_all_different() -> None:
    codes = [*give_recovery_codes(person("ada")), *give_recovery_codes(person("ben"))]
    assert min(bits(code, "0123456789") for code in codes) >= 20
    assert len(set(codes)) == len(codes) >= 20
