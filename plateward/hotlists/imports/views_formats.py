"""Describing a format, with the first lines of a file shown as they would be taken."""

from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.imports import describe, formats, text
from plateward.hotlists.imports.forms import Describe, FileCodes
from plateward.hotlists.imports.mapper import FormatError, Mapper
from plateward.hotlists.imports.rows import NotAList, Rejection, Row, Terms
from plateward.hotlists.imports.spec import Spec
from plateward.hotlists.imports.steps import HELP
from plateward.hotlists.models import Reason
from plateward.hotlists.pages import may
from plateward.pages.acts import Submission, failure_as_message
from plateward.people.deciders import accounts
from plateward.people.http import who_is

TRIED = 20  # lines


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every format. Context: formats; names; may."""
    record(who_is(request), Event.FORMAT_VIEW, "formats")
    found = [one for one in formats.latest() if one.name not in formats.BUILT_IN]
    names = accounts(one.by for one in found)
    return render(request, "hotlists/formats.html", {"formats": found, "names": names, "may": may(request)})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str = "") -> HttpResponse:
    """A new format, or the next version of one. Context: form, name, help, reasons, may."""
    initial: dict[str, Any] = {}
    if name:
        found = formats.latest().filter(name=name).exclude(name__in=formats.BUILT_IN).first()
        if found is None:
            raise Http404
        initial = Describe.of(name, msgspec.convert(found.spec, Spec))
    form = Describe(request.POST or None, initial=initial)
    if name:
        form.fields["name"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            made = describe.keep(who_is(request), form.cleaned_data["name"], form.spec())
        except FormatError as error:
            form.add_error(_field(form, error), str(error))
        else:
            messages.success(request, f"{made} is stored. Files are read by it from now on.")
            return redirect("hotlists:formats")
    else:
        record(who_is(request), Event.FORMAT_VIEW, f"format:{name or 'new'}")
    context = {"form": form, "name": name, "help": HELP, "reasons": Reason.current(), "may": may(request)}
    return render(request, "hotlists/format.html", context, status=422 if form.errors else 200)


def _field(form: Describe, error: FormatError) -> str | None:
    return next((name for name in (f"{error.field}_take", error.field) if name in form.fields), None)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The first lines as they would be taken: a piece of the page. Context: rows, errors, reasons."""
    form = Describe(request.POST)
    form.fields["name"].required = False
    context: dict[str, Any] = {"rows": [], "errors": [], "reasons": Reason.texts()}
    if not request.POST.get("sample", "").strip():
        pass  # nothing is wrong with what is not tried yet
    elif not form.is_valid():
        context["errors"] = [
            f"{form.fields[n].label}: {e[0]}" for n, e in form.errors.items() if n in form.fields
        ]
    else:
        try:
            context["rows"] = _tried(form.spec(), form.cleaned_data["sample"])
        except (FormatError, NotAList) as error:
            context["errors"] = [str(error)]
    return render(request, "hotlists/format_preview.html", context)


def _tried(spec: Spec, sample: str) -> list[Row | Rejection]:
    """A person types text, not bytes: the file's encoding is not tried here."""
    terms = Terms(Reason.current(), clock.now(), ZoneInfo(settings.TIME_ZONE))
    lines = text.lines([sample.encode()], "utf-8")
    # The last line of a sample is cut by whoever took the sample.
    return list(
        islice(Mapper(spec).read((msgspec.structs.replace(one, ended=True) for one in lines), terms), TRIED)
    )


@require_POST
def retire(request: HttpRequest, name: str) -> HttpResponse:
    """No file is read by it any more."""
    with failure_as_message(request):
        describe.retire(who_is(request), name)
        messages.success(request, f"{name} is retired. Every version of it is kept.")
    return redirect("hotlists:formats")


@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """What each file of NCIC's is sought for. Context: form, may."""
    form = FileCodes(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            describe.keep_codes(who_is(request), form.cleaned_data)
            messages.success(request, "Stored. It holds from the next file on.")
            return redirect("hotlists:formats")
    else:
        record(who_is(request), Event.FORMAT_VIEW, f"format:{formats.NCIC}")
    context = {"form": form, "refusal": sent.refusal, "may": may(request)}
    return render(request, "hotlists/codes.html", context, status=sent.status)
