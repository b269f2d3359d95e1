"""Log-ins, for the administrator: who is locked, what looks like sharing, which terminals are registered."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.audit.models import Entry
from plateward.pages.acts import Submission
from plateward.people import terminals
from plateward.people.access.interruptions.actions import restore
from plateward.people.access.models import Interruption
from plateward.people.entry.forms import Release, TerminalForm
from plateward.people.http import person_of, who_is
from plateward.people.models import Person, Terminal
from plateward.policy.trace import enforces

FLAGS_SHOWN = timedelta(days=30)


@require_GET
def log_ins(request: HttpRequest) -> HttpResponse:
    """The page."""
    record(who_is(request), Event.TERMINAL_VIEW, "log-ins and terminals")
    return _page(request, Submission(request))


@enforces("AC-7")
@require_POST
def release(request: HttpRequest, username: str) -> HttpResponse:
    """Let a locked person in again."""
    person, form = get_object_or_404(Person, username=username), Release(request.POST)
    sent = Submission(request, form)
    if sent.valid:
        lock = get_object_or_404(_locks(), person=person)
        with sent:
            restore(who_is(request), person_of(request), lock, form.cleaned_data["reason"])
            messages.success(request, f"{person.full_name} may log in again.")
            return redirect("people:log_ins")
    return _page(request, sent, release_form=form, releasing=person)


@require_POST
def terminal_issue(request: HttpRequest) -> HttpResponse:
    """Issue the code that makes a browser a terminal. It is shown once."""
    form = TerminalForm(request.POST)
    sent = Submission(request, form)
    if not sent.valid:
        return _page(request, sent, terminal_form=form)
    name = form.cleaned_data["name"]
    code = terminals.issue(who_is(request), name, Terminal.Kind(form.cleaned_data["kind"]))
    return _page(request, sent, issued={"name": name, "code": code})


@require_POST
def terminal_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """This browser is no terminal any more."""
    terminal = get_object_or_404(Terminal, pk=pk)
    sent = Submission(request)
    with sent:
        terminals.revoke(who_is(request), terminal)
        messages.success(request, f"{terminal.name} is revoked. A session that was open there has ended.")
        return redirect("people:log_ins")
    return _page(request, sent)


def _locks() -> QuerySet[Interruption]:
    return Interruption.objects.filter(kind=Interruption.Kind.LOCKED, ends=None)


def _page(request: HttpRequest, sent: Submission, **more: Any) -> HttpResponse:
    now = clock.now()
    flagged = Entry.objects.filter(
        event__in=[Event.ADDRESS_FLAG, Event.SESSION_FLAG], at__gt=now - FLAGS_SHOWN
    )
    flags = flagged.order_by("-at", "-sequence")[:50]
    context = {
        "locked": _locks().select_related("person").order_by("-begins"),
        "flags": [leaf for entry in flags if (leaf := entry.leaf)],
        "terminals": Terminal.objects.order_by("revoked_at", "name"),
        "release_form": Release(),
        "terminal_form": TerminalForm(),
        "refusal": sent.refusal,
    }
    return render(request, "people/log_ins.html", context | more, status=sent.status)
