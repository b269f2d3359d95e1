"""Sign-ins, for the administrator: locked people, suspected sharing, registered terminals."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.acts import Submission, submitted
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import terminals
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions.actions import restore_access
from plateward.people.http import actor_of
from plateward.people.models import Person, Terminal
from plateward.people.sign_in.forms import ReleaseForm, TerminalForm

FLAGS_SHOWN_FOR = timedelta(days=30)


@require_GET
def log_ins(request: HttpRequest) -> HttpResponse:
    record(actor_of(request), Event.TERMINAL_VIEW, "log-ins and terminals")
    return _render_page(Submission(request))


@enforces("AC-7/lock")
@require_POST
def release_person(request: HttpRequest, username: str) -> HttpResponse:
    person = get_object_or_404(Person, username=username)
    sent, form = submitted(request, ReleaseForm)
    if sent.valid:
        lock = get_object_or_404(_locks(), person=person)
        with sent:
            restore_access(actor_of(request), lock, form.cleaned_data["reason"])
            return sent.done(f"{person.full_name} may log in again.", "people:log_ins")
    return _render_page(sent, releasing=person)


@require_POST
def terminal_issue(request: HttpRequest) -> HttpResponse:
    """Issue the code that makes a browser a terminal. It is shown once."""
    sent, form = submitted(request, TerminalForm)
    if not sent.valid:
        return _render_page(sent)
    name = form.cleaned_data["name"]
    code = terminals.issue_terminal_code(actor_of(request), name, Terminal.Kind(form.cleaned_data["kind"]))
    return _render_page(sent, terminal_form=TerminalForm(), issued={"name": name, "code": code})


@require_POST
def terminal_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    terminal = get_object_or_404(Terminal, pk=pk)
    sent = Submission(request)
    with sent:
        terminals.revoke_terminal(actor_of(request), terminal)
        return sent.done(
            f"{terminal.name} is revoked. A session that was open there has ended.", "people:log_ins"
        )
    return _render_page(sent)


def _locks() -> QuerySet[Suspension]:
    return Suspension.objects.filter(kind=Suspension.Kind.LOCKED, ends=None)


def _render_page(sent: Submission, **more: Any) -> HttpResponse:
    now = clock.now()
    flagged = AuditEntry.objects.filter(
        event__in=[Event.ADDRESS_FLAG, Event.SESSION_FLAG], at__gt=now - FLAGS_SHOWN_FOR
    )
    flags = flagged.order_by("-at", "-sequence")[:50]
    context = {
        "locked": _locks().select_related("person").order_by("-begins"),
        "flags": [leaf for entry in flags if (leaf := entry.leaf)],
        "terminals": Terminal.objects.order_by("revoked_at", "name"),
        "release_form": sent.form_of(ReleaseForm),
        "terminal_form": sent.form_of(TerminalForm),
    }
    return sent.render("people/log_ins.html", **context | more)
