"""The email to the state's CJIS Systems Officer: sent until the relay takes it, then recorded with its time. If the hub
stops between the two, it is sent again: better twice than never."""

from datetime import timedelta

from django.conf import settings

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act, record
from plateward.core.jobs.lease import finish
from plateward.core.outbox.models import CommonProblem
from plateward.core.outbox.sending import NotSent, send_due
from plateward.ground import clock
from plateward.ground.links.mail import MailError, send_mail
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.actions import lock_open, record_notified
from plateward.oversight.breaches.models import OfficerEmail
from plateward.oversight.breaches.rules import Office, email_text
from plateward.people import days
from plateward.people.mail.actions import relay

LEASE = timedelta(minutes=5)  # as of any mail


@enforces("IR-6/systems")
def send_emails() -> int:
    """Returns how many the relay took."""
    return send_due(OfficerEmail.objects.filter(over_at=None).select_related("breach"), LEASE, _send)


def _send(email: OfficerEmail) -> bool:
    officer, known, breach = settings.SYSTEMS_OFFICER, relay(), email.breach
    if officer is None or known is None or not known.on:
        missing = "No mail relay is on." if officer else "The setting agency.systems_officer is not set."
        raise NotSent(CommonProblem.STATED, f"{missing} Notify the CJIS Systems Officer by phone.", away=True)
    name, address = officer
    record(HUB, Event.MAIL_SEND, f"breach:{breach.pk}", to=address)
    confirmed_at = breach.confirmed_at
    subject, text = email_text(
        settings.AGENCY_NAME or settings.AGENCY_ORI,
        settings.AGENCY_ORI,
        str(breach),
        days.format_time(breach.noticed_at),
        days.format_time(confirmed_at) if confirmed_at else "",
    )
    try:
        send_mail(known.as_link(), address, subject, text)
    except MailError as error:
        raise NotSent(CommonProblem.AWAY, str(error), away=True) from error
    with act(HUB, Event.BREACH_NOTIFY, f"breach:{breach.pk}") as entry:
        entry.note(office=Office.SYSTEMS.value, to=address)
        breach = lock_open(breach)
        if OfficerEmail.objects.filter(pk=email.pk, over_at=None).exists():  # nobody reached them meanwhile
            record_notified(HUB, breach, Office.SYSTEMS, f"{name}, by email to {address}.")
    finish(email, over_at=clock.now())
    return True
