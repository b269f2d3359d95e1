"""Log-in at a reader's own screen: the same accounts, factors, limits and refusals as on the pages."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record_refusal
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.policy.trace import enforces
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import standing_of
from plateward.people.access.suspensions.actions import suspend_if_unused
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.people.sessions import SessionStore
from plateward.people.sign_in import lockout
from plateward.people.sign_in.forms import FactorCodeForm

NEEDS = Permission.ALERT_CONFIRM  # who acts on an alarm reads its plate from the image


@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "6.c.ii.1/factors", "AC-7/lock", "IA-2/people", "AU-2/logons")
def log_in(request: HttpRequest, device: str, username: str, password: str, code: str) -> Person:
    """The person, on record, once password and code are right and nothing bars them. Raises `Refused`, on record.

    `device` names the reader. The pages' own forms check both factors: they count what fails, and a code works once.
    """
    request.user, request.session = AnonymousUser(), SessionStore()
    with context.request_context(request):
        try:
            person: Person | None = get_adapter(request).authenticate(
                request, username=username, password=password
            )
        except ValidationError as error:
            raise Refused(Refusal("AC-7", " ".join(error.messages), "Wait, then try again.")) from error
        if person is None:
            raise Refused(Refusal("IA-2", "The username or the password is wrong.", "Try again."))
        actor = PersonActor.of(person, request.META.get("REMOTE_ADDR", ""))
        about = f"person:{person.username}"
        if barred := lockout.sign_in_refusal(person):
            record_refusal(actor, Event.SCREEN_LOGIN, about, barred, reader=device)
            raise Refused(barred)
        form = FactorCodeForm({"code": code}, user=person)  # type: ignore[call-arg]
        if not form.is_valid():
            wrong = " ".join(str(error) for error in form.errors.get("code", []))
            raise Refused(Refusal("IA-2", wrong, "Use your authenticator app, or a recovery code."))
        form.save()
    suspend_if_unused(person)
    if refusal := refusal_of(person):
        record_refusal(actor, Event.SCREEN_LOGIN, about, refusal, reader=device)
        raise Refused(refusal)
    with act(actor, Event.SCREEN_LOGIN, about) as entry:
        entry.note(reader=device, methods=["password", form.kind])
    return person


@enforces("5.d/says", "5.e/training", "6.a.i.2/vehicle", "6.e.i/vehicle")
def refusal_of(person: Person, moment: datetime | None = None) -> Refusal | None:
    """What bars this person from a reader's screen now: the account, the training, the access, the role."""
    if barred := lockout.sign_in_refusal(person):
        return barred
    if person.must_change_password:
        return Refusal(
            "IA-5.passwords", "Your password was for one log-in.", "Choose your own on the pages first."
        )
    return next(iter(refusals_for(standing_of(person, moment), NEEDS)), None)
