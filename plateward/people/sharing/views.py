"""Sharing: what is in force and who signed it, what differs, and the two signatures."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import ButtonsField, LongTextField
from plateward.core.pages.lists import page_of
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import signed
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission
from plateward.people.sharing import actions
from plateward.people.sharing.limits import differences
from plateward.people.sharing.models import LONGEST_TEXT, SharingDocument, SharingDrift
from plateward.people.sharing.public import Public, public_state
from plateward.people.sharing.running import canonical, drift_now, running, sections
from plateward.people.signed import Sections


class SignForm(forms.Form):
    """The administrator's signature."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    why = LongTextField(
        3, "Reason", "What changes and why. The Chief decides based on this.", max_length=LONGEST_TEXT
    )


class PublicForm(forms.Form):
    """What everybody may see; the button says on or off."""

    what = ButtonsField(Public.choices(), "What", "Off ends at once. On is given once signed.")
    reason = LongTextField(2, "Reason", "Why, and what counsel said.", max_length=LONGEST_TEXT)


class DecideForm(forms.Form):
    """The Chief's answer."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=90)
    note = LongTextField(2, "Note", "Required to return it.", max_length=LONGEST_TEXT, required=False)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is in force, what runs and is not signed, and the history."""
    return _render_index(request, Submission(request))


@require_POST
@enforces("AC-3/signed", "AC-4/flow")
def sign(request: HttpRequest) -> HttpResponse:
    """The administrator signs what runs."""
    sent, form = submitted(request, SignForm)
    if sent.valid:
        with sent:
            made = actions.sign(actor_of(request), **form.cleaned_data)
            return sent.done("Signed. It is in force once the Chief countersigns.", made)
    return _render_index(request, sent)


@require_POST
@enforces("6.h.i/release", "SB40.confid/audit")
def turn(request: HttpRequest) -> HttpResponse:
    """Turn on or off what everybody may see."""
    sent, form = submitted(request, PublicForm)
    if sent.valid:
        with sent:
            on = "on" in request.POST
            actions.turn(actor_of(request), **form.cleaned_data, on=on)
            text = "Turned on. It is public once this is signed and countersigned." if on else "Turned off."
            return sent.done(text, "configuration:index")
    return _render_index(request, sent)


@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A document: what it changes, and what it says."""
    return _render_document(request, get_object_or_404(SharingDocument, pk=pk), Submission(request))


@require_POST
@enforces("AC-3/signed", "AC-4/flow")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The Chief countersigns a document, or returns it."""
    made = get_object_or_404(SharingDocument, pk=pk)
    sent, form = submitted(request, DecideForm)
    if sent.valid:
        with sent:
            approve = "approve" in request.POST
            actions.decide(actor_of(request), made, approve=approve, **form.cleaned_data)
            return sent.done("Countersigned. It is in force now." if approve else "Returned.", made)
    return _render_document(request, made, sent)


@enforces("6.b.i.3/sharing")
def _render_index(request: HttpRequest, sent: Submission) -> HttpResponse:
    page, now = page_of(request, SharingDocument.objects.all()), signed.read_in_force()
    record(actor_of(request), Event.SHARING_VIEW, "sharing", page=page.number)
    runs = running()
    digest = signed.digest_of(canonical(runs))
    current = SharingDocument.objects.filter(pk=now.number).first()
    waiting = actions.waiting_document()
    permissions = person_of(request).permissions
    unsigned = bool(now.problem) or current is None or current.sha256 != digest
    offered = (
        Permission.SHARING_SIGN in permissions and unsigned and (waiting is None or waiting.sha256 != digest)
    )
    return sent.render(
        "configuration/index.html",
        in_force=now,
        current=current,
        words=_words(runs if current is None else now.sections),
        drift=drift_now(),
        past_drifts=SharingDrift.objects.exclude(ended_at=None)[:10],
        waiting=waiting,
        page=page,
        names=_names([*page, *filter(None, (current, waiting))]),
        public=[(what, public_state(what)) for what in Public],
        turning=sent.form_of(PublicForm, offered=Permission.SHARING_PUBLISH in permissions),
        signing=sent.form_of(SignForm, offered=offered, initial={"seen": digest}),
    )


def _render_document(request: HttpRequest, made: SharingDocument, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.SHARING_VIEW, f"sharing:{made.pk}")
    made, now = SharingDocument.objects.get(pk=made.pk), signed.read_in_force()
    before = SharingDocument.objects.filter(approved=True, pk__lt=made.pk).first()
    waits = made == actions.waiting_document()
    decides = waits and Permission.SHARING_COUNTERSIGN in person_of(request).permissions
    earlier = now.sections if waits else before.sections if before else {}
    return sent.render(
        "configuration/document.html",
        document=made,
        words=_words(made.sections),
        before=before,
        changes=differences(sections(), earlier, made.sections, clock.now()) if earlier else [],
        names=_names([made]),
        state="waits" if waits else "in force" if made.pk == now.number else "",
        deciding=sent.form_of(DecideForm, offered=decides, initial={"seen": actions.seen_by(made)}),
    )


def _words(document: Sections) -> list[tuple[str, list[tuple[str, list[tuple[str, str]]]]]]:
    """Each section's label, with its subjects and what each may."""
    return [
        (section.label, [(section.name(subject), section.words(limits)) for subject, limits in rows.items()])
        for section in sections()
        if (rows := document.get(section.key, {}))
    ]


def _names(documents: list[SharingDocument]) -> Mapping[str, Any]:
    return names_of(key for each in documents for key in (each.signed_by, each.decided_by))
