"""The page of the relay, and that of a person's choices."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import submitted
from plateward.people.http import actor_of, person_of
from plateward.people.mail import actions
from plateward.people.mail.forms import MailChoiceForm, RelayForm
from plateward.people.notices.models import Mailbox
from plateward.policy.trace import enforces


@require_http_methods(["GET", "POST"])
@enforces("6.c.i.1", "6.i.ii")
def set_relay(request: HttpRequest) -> HttpResponse:
    """The agency's mail relay. Context: form, relay (or None)."""
    known = actions.relay()
    initial = {name: getattr(known, name) for name in RelayForm.base_fields if hasattr(known, name)}
    sent, form = submitted(request, RelayForm, initial=initial, known=known)
    if sent.valid:
        with sent:
            actions.set_relay(actor_of(request), form.values(), form.cleaned_data["password"])
            return sent.done("Email settings saved.", "mail:relay")
    record(actor_of(request), Event.MAIL_VIEW, "mail")
    return sent.render("mail/relay.html", relay=known)


@require_http_methods(["GET", "POST"])
@enforces("AC-2", "5.b")
def choose(request: HttpRequest) -> HttpResponse:
    """How notices and alarms reach this person. Context: form (None if the agency sends no email); relay; mailbox."""
    person, known = person_of(request), actions.relay()
    box = Mailbox.objects.filter(person=person).first()
    initial = {"address": box.address, "topics": box.topics} if box else {}
    sent, form = submitted(request, MailChoiceForm, initial=initial)
    if sent.valid and known and known.on:
        with sent:
            data = form.cleaned_data
            actions.choose_mail(actor_of(request), data["address"], data["topics"])
            return sent.done("Saved." if data["topics"] else "Saved. You get no email.", "mail:choices")
    record(actor_of(request), Event.NOTICE_VIEW, f"person:{person.username}")
    offered = form if known and known.on else None
    return sent.render("mail/choices.html", form=offered, relay=known, mailbox=box)
