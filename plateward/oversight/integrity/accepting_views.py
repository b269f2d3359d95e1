"""Altered records: what differs from the log now, and what two people accepted as it is."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.records.gate import wrong_rows
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.fields import LongTextField
from plateward.core.pages.lists import page_of
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity import accepting
from plateward.oversight.integrity.models import LONGEST_TEXT, Acceptance
from plateward.people import days
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of


class ProposeForm(forms.Form):
    """Which of them, and why they are right as they are. What nobody can read is not offered."""

    what = forms.MultipleChoiceField(
        label="Records",
        help_text="Only those that you investigated. Each stands as it is now, or as gone.",
        widget=forms.CheckboxSelectMultiple,
    )
    reason = LongTextField(
        3, "Reason", "What was found, and why each is right as it is.", max_length=LONGEST_TEXT
    )

    def __init__(self, *args: object, found: list[accepting.AlteredSince], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices: list[tuple[str, str]] = []
        whole = [each for each in found if each.opens]
        self.chosen = {f"{each.altered.place} {each.altered.seen}": each.altered for each in whole}
        for (value, altered), each in zip(self.chosen.items(), whole, strict=True):
            since = f" Found {days.format_time(each.since)}." if each.since else ""
            choices.append((value, f"{capfirst(altered.name)}: {altered.found}{since}"))
        field = self.fields["what"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101, for types
        field.choices = choices


class DecideForm(forms.Form):
    """The second person's answer."""

    note = LongTextField(2, "Note", "Required to return it.", max_length=LONGEST_TEXT, required=False)


@require_GET
def altered_records(request: HttpRequest) -> HttpResponse:
    """What differs now, with the form, and all proposals."""
    return _render(request, Submission(request), accepting.found_now())


@require_POST
@enforces("6.b.i.9/records")
def propose(request: HttpRequest) -> HttpResponse:
    """The first person's proposal."""
    found = accepting.found_now()
    sent, form = submitted(request, ProposeForm, found=found)
    if sent.valid:
        with sent:
            these = [form.chosen[value] for value in form.cleaned_data["what"]]
            made = accepting.propose(actor_of(request), these, form.cleaned_data["reason"])
            return sent.done("Proposed. Another person who handles breaches must confirm it.", made)
    return _render(request, sent, found)


@require_GET
def show_acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal, and how it was decided."""
    return _render_acceptance(request, get_object_or_404(Acceptance, pk=pk), Submission(request))


@require_POST
@enforces("6.b.i.9/records")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms it, or returns it."""
    made = get_object_or_404(Acceptance, pk=pk)
    sent, form = submitted(request, DecideForm)
    if sent.valid:
        with sent:
            approve = "approve" in request.POST
            accepting.decide(actor_of(request), made, approve=approve, **form.cleaned_data)
            text = "Accepted. Integrity looks again within seconds." if approve else "Returned."
            return sent.done(text, made)
    return _render_acceptance(request, made, sent)


def _render(request: HttpRequest, sent: Submission, found: list[accepting.AlteredSince]) -> HttpResponse:
    page = page_of(request, Acceptance.objects.all())
    record(actor_of(request), Event.INTEGRITY_VIEW, "altered records", page=page.number)
    return sent.render(
        "integrity/altered.html",
        page=page,
        forged={key for key, _ in wrong_rows(Acceptance._meta.db_table, [each.pk for each in page])},
        names=names_of(key for each in page for key in (each.proposed_by, each.decided_by)),
        found=found,
        broken=[each.altered for each in found if not each.opens],
        proposing=sent.form_of(ProposeForm, offered=any(each.opens for each in found), found=found),
    )


def _render_acceptance(request: HttpRequest, made: Acceptance, sent: Submission) -> HttpResponse:
    actor = actor_of(request)
    record(actor, Event.INTEGRITY_VIEW, f"acceptance:{made.pk}")
    made = Acceptance.objects.get(pk=made.pk)
    offered = made.decided_at is None and made.proposed_by != actor.key
    return sent.render(
        "integrity/acceptance.html",
        acceptance=made,
        names=names_of((made.proposed_by, made.decided_by)),
        deciding=sent.form_of(DecideForm, offered=offered),
    )
