"""People for tests: the cast's accounts, and a browser that is already logged in as one of them."""

import time
from base64 import b64encode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client

from plateward import clock
from plateward.audit.who import Who
from plateward.people import binding, days
from plateward.people.access.models import Access, Designation
from plateward.people.access.rules import OFFICES
from plateward.people.courses import catalog
from plateward.people.courses.models import Record, Requirement
from plateward.people.entry import signin
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role
from plateward.people.visitors import BANNER

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
LAPSED = "jack"  # whose CJIS training is over
SINCE = timedelta(days=30)  # how long the cast has been there


def person(username: str = "ada", *, password: str | None = None, **more: Any) -> Person:
    """A member of the cast with all that authorization asks, made where absent; without `password`, one who
    cannot log in with any. `more`: fields of Person."""
    found = Person.objects.filter(username=username).first()
    if found:
        return found
    full_name, rank, role = CAST[username]
    unit, _ = Unit.objects.get_or_create(name="Unit 12")
    fields: dict[str, Any] = {
        "full_name": full_name,
        "rank": rank,
        "role": role,
        "badge": f"badge-{username}",
        "unit": unit,
    }
    fields |= more
    fields.setdefault("sworn", fields["role"] in SWORN)
    fields.setdefault("may_enroll", True)  # as on the first day, until there is a second factor
    made = Person.objects.create(username=username, password=make_password(password), **fields)
    authorize(made)
    return made


def authorize(who: Person) -> None:
    """Approved access in the person's role since a month, all its courses, and the Chief's designation."""
    since = clock.now() - SINCE
    decided = {"decided_by": "system:test", "decided_at": since}
    Access.objects.create(
        person=who,
        role=who.role,
        unit=who.unit,
        supervisor=who.supervisor,
        reason="Duties of the role.",
        requested_by="system:test",
        requested_at=since,
        decision=Access.Decision.APPROVED,
        begins=since,
        **decided,
    )
    if not Requirement.objects.filter(begins__lte=since).exists():
        with clock.at(since):
            catalog.establish(Who("system", "test", "The tests"))
    train(who, Role(who.role))
    if Role(who.role) in OFFICES:
        Designation.objects.create(
            person=who,
            office=OFFICES[Role(who.role)][0],
            document="Order 2026-1",
            made_by="person:hector",
            made_at=since,
            begins=since,
        )


def train(who: Person, role: Role) -> None:
    """Records of what a role requires, a month old, as far as the person has none."""
    since = clock.now() - SINCE
    required = Requirement.objects.filter(role=role, ends=None).exclude(course__records__person=who)
    Record.objects.bulk_create(
        Record(
            person=who,
            course=one.course,
            issuer="The academy",
            completed_on=days.of(since),
            recorded_by="system:test",
            recorded_at=since,
        )
        for one in required.select_related("course")
        if not (who.username == LAPSED and one.course.code == "cjis")
    )


def untrain(who: Person, course: str) -> None:
    """Take the person's records of a course away, as far as one can: they are withdrawn, for none is deleted."""
    records = Record.objects.filter(person=who, course__code=course, withdrawn_at=None)
    records.update(withdrawn_at=clock.now(), withdrawn_by="system:test", withdrawn_reason="For a test.")


def code(secret: str, step: int = 0) -> str:
    """What an authenticator app shows now, or `step` times 30 s from now."""
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))
    return shown


class Key:
    """The key that a browser's script makes before the log-in."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    def offer(self, client: Client) -> None:
        """As the log-in page's script does."""
        form = serialization.PublicFormat.UncompressedPoint
        point = self._private.public_key().public_bytes(serialization.Encoding.X962, form)
        client.cookies[binding.KEY_COOKIE] = urlsafe_b64encode(point).decode().rstrip("=")

    def renew(self, client: Client, **more: Any) -> int:
        """As every page's script does once a minute. Returns the status of the answer."""
        challenge = client.get("/session/key/", **more).json()["challenge"]
        told = f"plateward.session.v1\n{challenge}".encode()
        r, s = decode_dss_signature(self._private.sign(told, ec.ECDSA(hashes.SHA256())))
        signature = b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        return int(client.post("/session/key/", {"signature": signature}, **more).status_code)


def signed_in(who: Person, *, second_factor: bool = True, key: Key | None = None) -> Client:
    """A browser in which `who` has acknowledged the banner and logged in; with a `key`, one whose session is bound."""
    client = Client()
    client.force_login(who)
    request = HttpRequest()
    request.user = who
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    request.session = client.session
    if key:
        key.offer(client)
        request.COOKIES[binding.KEY_COOKIE] = client.cookies[binding.KEY_COOKIE].value
    request.session[BANNER] = clock.now().isoformat()
    if second_factor:
        factor = (
            Authenticator.objects.filter(user=who).first()
            or TOTP.activate(who, generate_totp_secret()).instance
        )
        login.record_authentication(request, who, "mfa", id=factor.pk, type=factor.type)
    with transaction.atomic():
        signin.begin(request, who)
    request.session.save()
    answer = HttpResponse()
    binding.hand_out(answer, request.sign_in)  # type: ignore[attr-defined]
    client.cookies.update(answer.cookies)
    return client
