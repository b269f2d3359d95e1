"""Start-of-shift checks: the list, a reader's page with its history, and the guided check as a form, a yes or no for
each step and what is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record, record_refusal
from plateward.core.pages.acts import Submission
from plateward.field.fleet.checks import actions, rules, standings
from plateward.field.fleet.checks.hub_facts import HubFact, hub_facts
from plateward.field.fleet.checks.rules import CLAUSE
from plateward.field.fleet.checks.steps import GUIDE, MOST_WORDS, CheckStep
from plateward.field.fleet.models import Reader
from plateward.field.fleet.reach import SEES_ALL_READERS, visible_reader
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission, Role

MOST_CHECKS = 20


class CheckForm(forms.Form):
    """All steps, without preset answers."""

    def __init__(self, *args: Any, known: Mapping[CheckStep, HubFact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for step in CheckStep:
            self.fields[step] = forms.ChoiceField(
                label=GUIDE[step].asks,
                help_text=GUIDE[step].how,
                choices=[("yes", "Yes"), ("no", "No")],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose yes or no (clause {CLAUSE})."},
            )
            self.fields[f"{step}_words"] = forms.CharField(
                label="If no: what is wrong", required=False, max_length=MOST_WORDS
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for step in CheckStep:
            field = f"{step}_words"
            if data.get(step) == "no" and not data.get(field) and field not in self.errors:
                self.add_error(field, f"Describe briefly what you see (clause {CLAUSE}).")
        return data

    @property
    def answers(self) -> dict[CheckStep, tuple[bool, str]]:
        """The answers of a valid form."""
        data = self.cleaned_data
        return {step: (data[step] == "yes", data[f"{step}_words"]) for step in CheckStep}

    @property
    def steps(self) -> Iterator[dict[str, Any]]:
        """The steps for the page: guide (StepGuide), hub_fact (HubFact or None), answer and words (fields)."""
        for step in CheckStep:
            field, words = self[step], self[f"{step}_words"]
            yield {"guide": GUIDE[step], "hub_fact": self.known.get(step), "answer": field, "words": words}


@require_GET
@enforces("6.e.iv.1/check", "6.e.iv.1/missing")
def list_checks(request: HttpRequest) -> HttpResponse:
    """The readers that I check, and, for people who lead units or keep readers, those at work without a
    passed check. Context: mine and lacking, each a list of ReaderRow; looks, whether lacking is shown."""
    person = person_of(request)
    record(actor_of(request), Event.CHECK_VIEW, "readers")
    looks = person.role == Role.SUPERVISOR or person.role in SEES_ALL_READERS
    checks = Permission.CHECK_RECORD in person.permissions
    context = {
        "mine": standings.readers_to_check(person) if checks else [],
        "checks": checks,
        "lacking": standings.readers_without_check(person) if looks else [],
        "looks": looks,
        "unit": person.unit,
    }
    return render(request, "fleet/checks.html", context)


@require_GET
def show_reader(request: HttpRequest, pk: int) -> HttpResponse:
    """One reader: its state, last checks and malfunctions. Context: row (a ReaderRow), checks, malfunctions,
    changes, modifications, may_check, may_report."""
    reader, person = visible_reader(request, pk), person_of(request)
    record(actor_of(request), Event.CHECK_VIEW, f"reader:{reader.name}")
    may = Permission.CHECK_RECORD in person.permissions and isinstance(rules.may_check(person, reader), Allow)
    broken = reader.malfunctions.select_related("by").prefetch_related("repairs").order_by("-pk")
    context = {
        "row": standings.reader_rows([reader])[0],
        "checks": reader.checks.select_related("by", "instructions", "malfunction")
        .defer("instructions__content")
        .prefetch_related("answers")
        .order_by("-pk")[:MOST_CHECKS],
        "malfunctions": broken[:MOST_CHECKS],
        "changes": reader.changes.unrecorded(),
        "modifications": reader.modifications.select_related("under__person")
        .prefetch_related("changes")
        .order_by("-pk")[:MOST_CHECKS],
        "may_check": may,
        "may_report": Permission.MALFUNCTION_REPORT in person.permissions and reader.revoked_at is None,
    }
    return render(request, "fleet/reader.html", context)


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.1/check")
def make_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The guided check of one reader. Context: reader, form (a CheckForm, or None), now, refusal."""
    reader, person = get_object_or_404(Reader.objects.select_related("unit"), pk=pk), person_of(request)
    facts = hub_facts(reader)
    form = CheckForm(request.POST or None, known=facts)
    decision = rules.may_check(person, reader)
    refusal = decision if isinstance(decision, Refusal) else None
    sent = Submission(request, None if refusal else form)  # a refused one is logged as an attempt
    if sent.valid:
        with sent:
            check = actions.record_check(
                actor_of(request),
                reader,
                {} if refusal else form.answers,
                {step: fact.text for step, fact in facts.items()},
            )
            if check.failed:
                message = f"Recorded: failed ({check.wrong}). Your supervisor was notified. Report a malfunction now."
                messages.warning(request, message)
                return redirect("checks:reader", pk)
            return sent.done(
                f"Recorded: {reader.name} passed its check. It is valid for 12 hours.", "checks:index"
            )
        refusal = sent.refusal
    elif refusal:
        record_refusal(actor_of(request), Event.CHECK_VIEW, f"reader:{reader.name}", refusal)
    else:
        record(actor_of(request), Event.CHECK_VIEW, f"reader:{reader.name}")
    context = {"reader": reader, "form": None if refusal else form, "now": clock.now(), "refusal": refusal}
    return render(request, "fleet/check.html", context, status=409 if refusal else sent.status)
