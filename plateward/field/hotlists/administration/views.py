"""A list's settings, the reasons, exporting a list; and the Chief's page for one list: whether the entering unit's word
suffices for an encounter."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message, submitted
from plateward.core.pages.csv_export import csv_bytes, saved_as
from plateward.core.pages.fields import LongTextField
from plateward.core.pages.marking import MARKING
from plateward.field.hotlists import notices
from plateward.field.hotlists.administration import actions
from plateward.field.hotlists.administration.forms import ListSettingsForm, ReasonForm
from plateward.field.hotlists.audience import lists_for
from plateward.field.hotlists.models import Entry, HotList, NoticeOptOut, Reason
from plateward.field.hotlists.reasons import REASONS
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_of, names_with_accounts
from plateward.people.http import actor_of, person_of

EXPORT_COLUMNS = (
    *("plate", "state", "reason", "priority", "expires", "plate_type", "plate_year", "vehicle"),
    *("nic", "ori", "listed_on", "number"),
)
AT_ONCE = 2000  # entries


@require_http_methods(["GET", "POST"])
def edit_settings(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A new list, or an existing list's settings. Context: form, list or None; for an existing one notices_off, whether
    the viewer turned off notices about it, and may_turn_off, a Decision."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk, retired_at=None) if pk else HotList()
    sent, form = submitted(request, ListSettingsForm, initial=ListSettingsForm.of(hotlist) if pk else None)
    if sent.valid:
        data = form.cleaned_data
        with sent:
            saved = actions.save_list(
                actor_of(request), hotlist, form.initial_values(), data["people"], data["units"]
            )
            return sent.done(f"The settings of {saved.name} are saved.", "hotlists:index")
    else:
        record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name or 'new'}", settings=True)
    me = person_of(request)
    context = {
        "list": hotlist if pk else None,
        "notices_off": pk and NoticeOptOut.objects.filter(person=me, hotlist=hotlist).exists(),
        "may_turn_off": pk and notices.decision_for(me, hotlist),
    }
    return sent.render("hotlists/settings.html", **context)


@require_POST
def choose_notices(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own notices about the list: `on` turns them on, else off."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk, retired_at=None)
    on = "on" in request.POST
    with failure_as_message(request):
        notices.choose_notices(actor_of(request), hotlist, on=on)
        messages.success(request, f"Your notices about {hotlist.name} are {'on' if on else 'off'}.")
    return redirect("hotlists:settings", pk)


@require_POST
def retire_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing on the list matches any more."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk)
    with failure_as_message(request):
        actions.retire_list(actor_of(request), hotlist)
        messages.success(request, f"{hotlist.name} is retired. Nothing on it matches; every entry is kept.")
    return redirect("hotlists:index")


@require_http_methods(["GET", "POST"])
def manage_reasons(request: HttpRequest) -> HttpResponse:
    """Why a plate may be wanted: the policy's reasons, and the additions. Context: own, added, names, form."""
    sent, form = submitted(request, ReasonForm)
    if sent.valid:
        data = form.cleaned_data
        with sent:
            actions.add_reason(actor_of(request), data["text"], data["legal_basis"])
            return sent.done(f"“{data['text']}” is now available as a reason.", "hotlists:reasons")
    else:
        record(actor_of(request), Event.HOTLIST_VIEW, "reasons")
    added = list(Reason.objects.all())
    names = names_with_accounts(reason.added_by for reason in added)
    return sent.render("hotlists/reasons.html", own=REASONS, added=added, names=names)


@require_POST
def retire_reason(request: HttpRequest, key: str) -> HttpResponse:
    """No new entry may give this reason."""
    reason = get_object_or_404(Reason, pk=key)
    with failure_as_message(request):
        actions.retire_reason(actor_of(request), reason)
        messages.success(request, f"“{reason.text}” is retired. Entries that use it stay.")
    return redirect("hotlists:reasons")


@enforces("6.b.i.9/entries", "6.b.i.9/first", "6.c.ii/lists", "6.e.iii/marked", "AU-2/acts", "AU-3/bytes")
@require_GET
def export_list(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The entries in force as CSV, marked, in an import's columns; recorded before they are sent, and how much was sent
    afterward."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk)
    entries, actor, name = hotlist.entries.in_force(), actor_of(request), f"hotlist:{hotlist.name}"
    record(actor, Event.HOTLIST_EXPORT, name, entries=entries.count())

    async def sent() -> AsyncIterator[bytes]:
        """Ends with an entry, also where whoever asked for the file breaks off."""
        size, digest, whole = 0, sha256(), False
        try:
            async for part in _csv_parts(entries):
                size += len(part)
                digest.update(part)
                yield part
            whole = True
        finally:
            end = sync_to_async(record)
            await end(actor, Event.EXPORT_END, name, bytes=size, sha256=digest.hexdigest(), whole=whole)

    return StreamingHttpResponse(sent(), **saved_as(f"hotlist-{hotlist.pk}"))


async def _csv_parts(entries: "QuerySet[Entry]") -> AsyncIterator[bytes]:
    """Thousands of entries at a time: a list of two million is never in memory as a whole."""
    last: UUID | None = None
    yield csv_bytes([MARKING], [EXPORT_COLUMNS])
    while True:
        page, last = await sync_to_async(_csv_part)(entries, last)
        yield page
        if last is None:
            return


def _csv_part(entries: "QuerySet[Entry]", after: UUID | None) -> tuple[bytes, UUID | None]:
    ordered = entries.order_by("pk")
    rows = list((ordered.filter(pk__gt=after) if after else ordered)[:AT_ONCE])
    content = csv_bytes((), (_cells(row) for row in rows))
    content = content.removeprefix("\ufeff\r\n".encode())  # no byte order mark in mid-file
    return content, rows[-1].pk if len(rows) == AT_ONCE else None


def _cells(entry: Entry) -> list[Any]:
    expires = localtime(entry.expires_at).isoformat() if entry.expires_at else ""
    return [expires if name == "expires" else getattr(entry, name) or "" for name in EXPORT_COLUMNS]


class LegalBasisForm(forms.Form):
    """The law by which the entering unit's word suffices."""

    text = LongTextField(
        3,
        label="Legal basis",
        help_text="The statute, order or counsel’s opinion, with its date. The policy report shows it.",
        max_length=400,
    )


class RevocationForm(forms.Form):
    """Why it no longer suffices."""

    text = LongTextField(
        2,
        label="Reason",
        max_length=400,
        help_text="The entering unit's confirmation alone is then no longer enough. The reason stays on record.",
    )


@require_http_methods(["GET", "POST"])
def edit_basis(request: HttpRequest, pk: int) -> HttpResponse:
    """How one list's alerts are verified, and the Chief's act. Context: list, current (EncounterBasis) or
    None, bases, form, refusal, names."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk, retired_at=None)
    current = hotlist.encounter_bases.filter(ends=None).first()
    sent, form = submitted(request, RevocationForm if current else LegalBasisForm)
    if sent.valid:
        with sent:
            actor, text = actor_of(request), form.cleaned_data["text"]
            if request.POST.get("suffices") == "yes":
                actions.set_basis(actor, hotlist, text)
                messages.success(request, "Saved. The policy report shows it as a reading of 6.e.iv.3.")
            else:
                actions.revoke_basis(actor, hotlist, text)
                messages.success(request, "Revoked, for open alerts too.")
            return redirect("hotlists:basis", pk=pk)
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name}", basis=True)
    bases = list(hotlist.encounter_bases.all())
    names = names_of(key for basis in bases for key in (basis.begun_by, basis.ended_by))
    return sent.render("hotlists/basis.html", list=hotlist, current=current, bases=bases, names=names)
