"""Describing a format, with a preview of a file's first lines."""

from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.csv_import import RejectedLine
from plateward.field.hotlists.imports import formats, text
from plateward.field.hotlists.imports.forms import SAMPLE_MOST, FormatForm, NcicReasonsForm
from plateward.field.hotlists.imports.guess import guess_columns
from plateward.field.hotlists.imports.mapper import FormatError, Mapper
from plateward.field.hotlists.imports.rows import ImportRow, ImportTerms, NotAList
from plateward.field.hotlists.imports.spec import HELP, FormatSpec
from plateward.field.hotlists.models import Reason
from plateward.ground import clock
from plateward.people.actor_names import names_with_accounts
from plateward.people.http import actor_of

SAMPLE_LINES = 20  # lines


@require_GET
def list_formats(request: HttpRequest) -> HttpResponse:
    """Every format. Context: formats; names."""
    record(actor_of(request), Event.FORMAT_VIEW, "formats")
    described = [version for version in formats.latest_formats() if version.name not in formats.BUILT_IN]
    names = names_with_accounts(version.by for version in described)
    return render(request, "hotlists/formats.html", {"formats": described, "names": names})


@require_http_methods(["GET", "POST"])
def edit_format(request: HttpRequest, name: str = "") -> HttpResponse:
    """A new format, or the next version of an existing one."""
    sent, form = submitted(request, FormatForm, initial=_initial(name))
    form.fields["name"].disabled = bool(name)
    if sent.valid:
        with sent:
            saved = formats.save_format(actor_of(request), form.cleaned_data["name"], form.spec())
            return sent.done(f"{saved} is saved and now in use.", "hotlists:formats")
    else:
        record(actor_of(request), Event.FORMAT_VIEW, f"format:{name or 'new'}")
    return _editor(sent, form, name)


@require_POST
def suggest_columns(request: HttpRequest, name: str = "") -> HttpResponse:
    """The form as it was typed, with suggestions where nothing was. Nothing is saved."""
    typed, words = _suggested({"quoted": False} | request.POST.dict())
    form = FormatForm(initial=_initial(name) | typed)
    form.fields["name"].disabled = bool(name)
    record(actor_of(request), Event.FORMAT_VIEW, f"format:{name or 'new'}", suggested=True)
    (messages.info if words else messages.warning)(request, words or "This sample suggests no columns.")
    return _editor(Submission(request), form, name)


def _initial(name: str) -> dict[str, Any]:
    """What the form of this format begins with. Raises Http404."""
    if not name:
        return {}
    version = formats.latest_formats().filter(name=name).exclude(name__in=formats.BUILT_IN).first()
    if version is None:
        raise Http404
    return FormatForm.of(name, msgspec.convert(version.spec, FormatSpec))


def _editor(sent: Submission, form: FormatForm, name: str) -> HttpResponse:
    """Context: form, name, help, reasons."""
    return sent.render("hotlists/format.html", form=form, name=name, help=HELP, reasons=Reason.current())


@require_POST
def preview_format(request: HttpRequest) -> HttpResponse:
    """The first lines as an import takes them: a fragment of the page. Context: rows, errors, reasons, guess."""
    form = FormatForm(request.POST)
    form.fields["name"].required = False
    sample = request.POST.get("sample", "")[:SAMPLE_MOST]
    context: dict[str, Any] = {
        "rows": [],
        "errors": [],
        "reasons": Reason.texts(),
        "guess": guess_columns(sample),
    }
    if not request.POST.get("sample", "").strip():
        pass  # nothing has been tried yet, so nothing is wrong
    elif not form.is_valid():
        context["errors"] = [
            f"{form.fields[n].label}: {e[0]}" for n, e in form.errors.items() if n in form.fields
        ]
    else:
        try:
            context["rows"] = _preview_rows(form.spec(), form.cleaned_data["sample"])
        except (FormatError, NotAList) as error:
            context["errors"] = [str(error)]
    return render(request, "hotlists/format_preview.html", context)


def _suggested(typed: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What was typed, with suggestions where nothing was; and what was filled in."""
    guess = guess_columns(typed.get("sample", "")[:SAMPLE_MOST])
    if guess is None:
        return typed, ""
    used = [item for item in guess.suggestions if not typed.get(f"{item.field}_take", "").strip()]
    for item in used:
        typed |= {f"{item.field}_take": item.take} | (
            {f"{item.field}_dates": item.dates} if item.dates else {}
        )
    if used:
        header = {"names": guess.names, "skip": max(guess.names, int(_digits(typed.get("skip", "")) or 0))}
        typed |= {"layout": "delimited", "delimiter": guess.delimiter} | (header if guess.names else {})
    labels = ", ".join(item.label for item in used)
    return typed, f"Suggested: {labels}. Check each one; nothing is saved yet." if used else ""


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 3 else ""


def _preview_rows(spec: FormatSpec, sample: str) -> list[ImportRow | RejectedLine]:
    """Preview a pasted sample. It is text, not bytes, so the file's encoding is not tried."""
    terms = ImportTerms(Reason.current(), clock.now(), ZoneInfo(settings.TIME_ZONE))
    lines = text.read_lines([sample.encode()], "utf-8")
    # The sample's last line may have been cut off when it was copied.
    return list(
        islice(
            Mapper(spec).read((msgspec.structs.replace(line, ended=True) for line in lines), terms),
            SAMPLE_LINES,
        )
    )


@require_POST
def retire_format(request: HttpRequest, name: str) -> HttpResponse:
    """Stop reading files by this format."""
    with failure_as_message(request):
        formats.retire_format(actor_of(request), name)
        messages.success(request, f"{name} is retired. Every version of it is kept.")
    return redirect("hotlists:formats")


@require_http_methods(["GET", "POST"])
def edit_ncic_reasons(request: HttpRequest) -> HttpResponse:
    """The reason for each NCIC file. Context: form."""
    sent, form = submitted(request, NcicReasonsForm)
    if sent.valid:
        with sent:
            formats.save_ncic_reasons(actor_of(request), form.cleaned_data)
            return sent.done("Saved. It applies from the next file.", "hotlists:formats")
    else:
        record(actor_of(request), Event.FORMAT_VIEW, f"format:{formats.NCIC}")
    return sent.render("hotlists/codes.html")
