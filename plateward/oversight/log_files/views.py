"""The page on which an auditor has the whole log made, and takes it."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission
from plateward.core.pages.csv_export import saved_as
from plateward.ground.policy.trace import enforces
from plateward.oversight.log_files import actions
from plateward.people.http import actor_of, person_of
from plateward.work.evidence.made_for_person import KEPT_FOR, pieces_of, show_progress
from plateward.work.evidence.waiting_file import WaitingFile


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.9/read")
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's latest copy, and a button that has one made."""
    sent = Submission(request)
    if request.method == "POST":
        with sent:
            actions.request_file(actor_of(request))
            return redirect("logfiles:index")
    return _page(request, sent)


def _page(request: HttpRequest, sent: Submission) -> HttpResponse:
    """Context: `row`, the viewer's latest copy or None; `kept_hours`; `refusal`."""
    record(actor_of(request), Event.AUDIT_VIEW, "audit log", page="whole log")
    hours = int(KEPT_FOR.total_seconds()) // 3600
    return sent.render("log_files/index.html", row=actions.latest_of(person_of(request)), kept_hours=hours)


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """As `show_progress`."""
    row = actions.latest_of(person_of(request))
    return show_progress(request, row, Event.AUDIT_VIEW, row.subject if row else "")


@require_POST
@enforces("6.b.i.9/read", "6.b.i.9/first", "6.c.ii.1/all")
def download(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The file piece by piece, once, after a proof of the second factor; on the log before its first byte."""
    sent = Submission(request)
    with sent:
        row, file = actions.take_file(actor_of(request))
        saved = saved_as("audit-log", "jsonl")
        saved["headers"]["Content-Length"] = str(row.size)
        return StreamingHttpResponse(_taken(file), **saved)
    return _page(request, sent)


async def _taken(file: WaitingFile) -> AsyncIterator[bytes]:
    async for piece in pieces_of(file):
        yield piece
    await sync_to_async(file.erase)()  # taken whole; of a broken download the job erases it


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Erase it before its time, or stop making it."""
    if row := actions.latest_of(person_of(request)):
        actions.discard(actor_of(request), row)
        messages.success(request, "The copy is erased.")
    return redirect("logfiles:index")
