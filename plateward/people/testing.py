"""People for tests: the cast's accounts, and a browser that is already signed in as one of them."""

import time
from base64 import b32decode, b32encode, b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from secrets import token_bytes, token_hex, token_urlsafe
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends import signed_cookies
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.db.locking import change_row
from plateward.ground import clock
from plateward.people import binding, days
from plateward.people.access.models import Access, Designation
from plateward.people.access.rules import OFFICES
from plateward.people.actor import PersonActor
from plateward.people.agencies.models import AgencyGrant
from plateward.people.agencies.testing import ORI, granted
from plateward.people.browser_cookies import BANNER_KEY
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.people.purpose.rules import purposes_for
from plateward.people.purpose.stated import PURPOSE_KEY
from plateward.people.sessions import SessionStore
from plateward.people.sign_in import sign_ins
from plateward.people.tokens.actions import PREFIX, digest_of
from plateward.people.tokens.models import ApiToken
from plateward.people.training import catalog
from plateward.people.training.models import Course, Record, Requirement
from plateward.testing.on_the_log import know

CAST = {
    "ada": ("Ada Archuleta", "Agent", Role.OFFICER),
    "ben": ("Ben Begay", "Agent", Role.OFFICER),
    "carla": ("Carla Chavez", "Sergeant", Role.SUPERVISOR),
    "dario": ("Dario Duran", "Inspector", Role.INSPECTOR),
    "elena": ("Elena Espinoza", "", Role.COMMUNICATIONS),
    "frank": ("Frank Fierro", "", Role.IT_SUPPORT),
    "gloria": ("Gloria Gallegos", "", Role.ADMINISTRATOR),
    "hector": ("Hector Herrera", "Chief", Role.CHIEF),
    "iris": ("Iris Ilfeld", "", Role.RECORDS),
    "jack": ("Jack Jaramillo", "Agent", Role.OFFICER),
    "kim": ("Kim Kelley", "", Role.OUTSIDE),
    "lena": ("Lena Lopez", "", Role.CYBER),
    "marco": ("Marco Mora", "", Role.CJIS_OFFICER),
    "nora": ("Nora Naranjo", "", Role.AUDITOR),
}
SWORN = {Role.CHIEF, Role.OFFICER, Role.SUPERVISOR}
LAPSED = "jack"  # whose CJIS training has lapsed
SINCE = timedelta(days=30)  # how long the cast has been there


def person(username: str = "ada", *, password: str | None = None, **more: Any) -> Person:
    """A member of the cast with all that authorization needs, created if absent; without `password`, one that
    cannot sign in by any. `more`: fields of Person."""
    existing = Person.objects.filter(username=username).first()
    if existing:
        return existing
    full_name, rank, role = CAST[username]
    unit, _ = Unit.objects.get_or_create(name="Unit 12")
    fields: dict[str, Any] = {
        "full_name": full_name,
        "rank": rank,
        "role": role,
        "badge": f"badge-{username}",
        "unit": unit,
    }
    if role is Role.OUTSIDE:
        fields |= {"agency": ORI, "unit": None}
    fields |= more
    fields.setdefault("sworn", fields["role"] in SWORN)
    fields.setdefault("may_enroll", True)  # as on the first day, until there is a second factor
    with on_the_log():
        made = Person.objects.create(username=username, password=make_password(password), **fields)
    authorize(made, untrained=True)
    return made


def acting(username: str) -> PersonActor:
    """This person as an actor, created if the name is new."""
    return PersonActor.of(person(username))


SYSTEM = Actor("system", "test", "The tests")
ESTABLISHED = datetime(2020, 1, 1, tzinfo=UTC)


def establish_courses() -> None:
    """The policy's courses since long ago, without an entry of the log: for the tests' database, before any test."""
    with clock.set_to(ESTABLISHED):
        catalog.add_missing(SYSTEM, catalog.TRAINING_BUREAU, days.today())
    know(Course, Requirement)


@contextmanager
def on_the_log() -> Iterator[None]:
    """What gives access and no entry names lets nobody in; of the test's own transaction it does, without an entry."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield
        with clock.set_to(clock.now() - SINCE):
            record(SYSTEM, Event.ACCESS_APPROVE, "access:0")


def authorize(member: Person, *, untrained: bool = False) -> None:
    """Month-old approved access in the person's role, all its courses, employment, and the Chief's designation.
    `untrained`: they have no record of a course yet."""
    since = clock.now() - SINCE
    decided = {"decided_by": "system:test", "decided_at": since}
    role = Role(member.role)
    with on_the_log():
        Access.objects.create(
            person=member,
            role=member.role,
            unit=member.unit,
            supervisor=member.supervisor,
            reason="Duties of the role.",
            requested_by="system:test",
            requested_at=since,
            decision=Access.Decision.APPROVED,
            begins=since,
            **decided,
        )
        if role in OFFICES:
            Designation.objects.create(
                person=member,
                office=OFFICES[role][0],
                document="Order 2026-1",
                made_by="person:hector",
                made_at=since,
                begins=since,
            )
    if role is not Role.OUTSIDE:
        with on_the_log():
            change_row(member, employed_since=ESTABLISHED.date())
    elif member.agency == ORI and not AgencyGrant.objects.filter(request__agency__ori=ORI).exists():
        granted(member)
    if not Requirement.objects.filter(begins__lte=since).exists():
        with clock.set_to(since):
            catalog.create_policy_courses(SYSTEM)
    if untrained:
        _train(member, _required(role))
    else:
        train(member, role)


def train(member: Person, role: Role) -> None:
    """Month-old records of what a role requires, unless the person has them."""
    _train(member, _required(role).exclude(course__records__person=member))


def _required(role: Role) -> QuerySet[Requirement]:
    return Requirement.objects.filter(role=role, ends=None)


def _train(member: Person, required: QuerySet[Requirement]) -> None:
    since = clock.now() - SINCE
    with on_the_log():
        Record.objects.bulk_create(
            Record(
                person=member,
                course_id=course,
                issuer="The academy",
                completed_on=days.day_of(since),
                score=mark and Decimal(mark + 10),
                recorded_by="system:test",
                recorded_at=since,
            )
            for course, code, mark in required.values_list("course_id", "course__code", "pass_mark")
            if not (member.username == LAPSED and code == "cjis")
        )


def untrain(member: Person, course: str) -> None:
    """Take away the person's records of a course by withdrawing them, since none is deleted."""
    records = Record.objects.filter(person=member, course__code=course, withdrawn_at=None)
    with on_the_log():
        records.update(withdrawn_at=clock.now(), withdrawn_by="system:test", withdrawn_reason="For a test.")


def totp_code(secret: str, step: int = 0) -> str:
    """What an authenticator app shows now, or `step` times 30 s from now."""
    app = TOTP(b32decode(secret), 6, hashes.SHA1(), 30)  # noqa: S303, as RFC 6238 has it
    return app.generate(int(time.time()) + 30 * step).decode()


def generate_totp_secret() -> str:
    return b32encode(token_bytes(20)).decode()


def give_factor(member: Person, type: str, **data: Any) -> Authenticator:
    """A second factor that the person has, as its row is."""
    sealed = {
        name: get_adapter().encrypt(value) if isinstance(value, str) else value
        for name, value in data.items()
    }
    with on_the_log():  # it is noted with the person
        return Authenticator.objects.create(user=member, type=type, data=sealed)


def give_recovery_codes(member: Person) -> list[str]:
    """The codes, which alone do not count as a factor."""
    codes: list[str] = (
        give_factor(member, "recovery_codes", seed=token_hex(40), used_mask=0).wrap().generate_codes()
    )
    return codes


class BrowserKey:
    """The key that a browser's script makes before sign-in."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    def offer(self, client: Client) -> None:
        """Does what the sign-in page's script does."""
        form = serialization.PublicFormat.UncompressedPoint
        point = self._private.public_key().public_bytes(serialization.Encoding.X962, form)
        client.cookies[binding.KEY_COOKIE] = urlsafe_b64encode(point).decode().rstrip("=")

    def renew(self, client: Client, **more: Any) -> int:
        """Does what every page's script does once a minute. Returns the status of the response."""
        challenge = client.get("/session/key/", **more).json()["challenge"]
        message = f"plateward.session.v1\n{challenge}".encode()
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(hashes.SHA256())))
        signature = b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        return int(client.post("/session/key/", {"signature": signature}, **more).status_code)


def signed_in(
    member: Person, *, second_factor: bool = True, key: BrowserKey | None = None, purpose: str | None = None
) -> Client:
    """A browser in which `who` acknowledged the banner, signed in and stated a purpose: that of their duty, unless it
    is given. A `key` binds the session."""
    client = Client()
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    request.session = signed_cookies.SessionStore()  # of no table: stored once, when it is complete
    with on_the_log():
        auth.login(request, member, settings.AUTHENTICATION_BACKENDS[0])
        if key:
            key.offer(client)
            request.COOKIES[binding.KEY_COOKIE] = client.cookies[binding.KEY_COOKIE].value
        request.session[BANNER_KEY] = clock.now().isoformat()
        if second_factor:
            factor = Authenticator.objects.filter(user=member).first() or give_factor(
                member, "totp", secret=generate_totp_secret()
            )
            sign_ins.add_step(request, member, "mfa", type=factor.type)
        request.session[PURPOSE_KEY] = (
            next(iter(purposes_for(member.permissions)), "") if purpose is None else purpose
        )
        sign_ins.begin_sign_in(request, member)
    session = SessionStore()
    session.update(dict(request.session.items()))
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    answer = HttpResponse()
    binding.set_mark(answer, request.sign_in)  # type: ignore[attr-defined]
    client.cookies.update(answer.cookies)
    return client


def bearer(member: Person, *, purpose: str = "felony", number: str = "") -> str:
    """The Authorization header of a new API token of this person; it answers while they are signed in."""
    text = PREFIX + token_urlsafe(32)
    with on_the_log():
        ApiToken.objects.create(
            person=member,
            digest=digest_of(text),
            name="Workbench",
            purpose=purpose,
            number=number,
            role=member.role,
            ends_at=clock.now() + timedelta(days=30),
        )
    return f"Bearer {text}"
