"""Many people at once, in two steps: preview, then import."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from plateward.core.pages import uploads
from plateward.core.pages.acts import Submission, failure_as_message
from plateward.core.pages.uploads import SHOWN, TableFile
from plateward.people.bulk_import import actions
from plateward.people.bulk_import.table import COLUMNS
from plateward.people.http import actor_of

HELP = f"Columns: {', '.join(COLUMNS.names)}."


@require_http_methods(["GET", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    """Preview a file: whom it would add and which lines are rejected; with `upload`, import it."""
    if "upload" in request.POST:
        return _apply_import(request)
    form = TableFile(COLUMNS, HELP, request.POST or None, request.FILES or None)
    preview, sent = None, Submission(request, form)
    if sent.valid:
        with sent:
            preview = actions.preview_import(actor_of(request), form.file_name, form.cleaned_data["file"])
    return sent.render("people/import.html", form=form, preview=preview, limit=SHOWN)


def _apply_import(request: HttpRequest) -> HttpResponse:
    with failure_as_message(request, "Nothing was imported."):
        upload = uploads.waiting(actor_of(request), actions.PURPOSE, request.POST["upload"])
        done = actions.apply_import(actor_of(request), upload)
        accounts, lines = len(done.rows), len(done.rejections)
        messages.success(
            request,
            f"{accounts} account{'s' * (accounts != 1)} created and access requested; "
            f"{lines} line{'s' * (lines != 1)} rejected. Another person must approve each.",
        )
        return redirect("/people/?standing=waiting")
    return redirect("people:import")
