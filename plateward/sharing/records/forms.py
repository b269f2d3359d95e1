"""Forms of records requests, their answers, and the rules of release."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms

from plateward.core.pages.documents import DocumentField
from plateward.core.pages.fields import DayField, LongTextField
from plateward.field.reads.store import ReadKey
from plateward.people import days
from plateward.sharing.records.models import LONGEST_REQUEST, LONGEST_TEXT, RecordsFile, RecordsRequest
from plateward.sharing.records.rules import (
    READ_ADDRESS,
    AnswerOutcome,
    Data,
    Proposal,
    Requester,
    RuleOutcome,
)


def _choose(kind: Any, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=kind, choices=[("", "Choose"), *kind.choices], **more)


class RequestForm(forms.Form):
    """What anyone gives who asks for records."""

    requester = _choose(Requester, label="Kind of requester", help_text="Who asks, or for whom.")
    name = forms.CharField(max_length=120, label="Name", help_text="Of the person or organization that asks.")
    contact = LongTextField(
        3, "Mailing address", "Where the answer goes. An email address may be added.", max_length=300
    )
    text = LongTextField(
        8,
        "Records requested",
        "Describe them so that they can be found: what, and from when to when.",
        max_length=LONGEST_REQUEST,
    )


class TakeForm(RequestForm):
    """The same, as Records takes it in."""

    way = forms.ChoiceField(
        choices=[("", "Choose"), *(choice for choice in RecordsRequest.Way.choices if choice[0] != "page")],
        label="How it came",
        help_text="A request by phone starts no clock of the law; answer it all the same.",
    )
    received_on = DayField(label="Received on", help_text="The law’s clocks start on this day.")
    field_order = ("received_on", "way", "requester", "name", "contact", "text")

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if not days.today() - timedelta(days=60) <= day <= days.today():
            raise forms.ValidationError("Enter a day of the last 60 days.")
        return day


class StatusForm(forms.Form):
    number = forms.CharField(max_length=20, label="Request number", help_text="Such as 2026-00001.")
    secret = forms.CharField(max_length=40, label="Secret", help_text="You got it with the number.")


class AcknowledgeForm(forms.Form):
    """Only its button."""


class ExtendForm(forms.Form):
    until = DayField(label="New due date", help_text="A reasonable day: no more than 90 days from today.")
    reason = LongTextField(
        4,
        "Why the request is excessively burdensome or broad",
        "The requester reads this in the letter.",
        max_length=LONGEST_TEXT // 2,
    )


class AttachForm(forms.Form):
    kind = _choose(Data, label="Kind of data", help_text="The release rules decide by it.")
    file = DocumentField(
        accept=".pdf,.csv,.txt,.json",
        label="File",
        help_text="CSV, JSON or text, documents also PDF; at most 10 MiB. One with a known plate is refused.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (Data.STATISTICS, Data.DOCUMENTS, Data.AUDIT)
        self.fields["kind"].choices = [("", "Choose"), *((kind.value, kind.label) for kind in kinds)]  # type: ignore[attr-defined]


class PictureForm(forms.Form):
    read = forms.CharField(
        max_length=200,
        label="Read",
        help_text="Find it under Chain of custody, and paste the address of that page.",
    )

    def clean_read(self) -> ReadKey:
        found = READ_ADDRESS.search(self.cleaned_data["read"])
        try:
            day, pk = (date.fromisoformat(found[1]), UUID(found[2])) if found else (None, None)
        except ValueError:
            day = pk = None
        if day is None or pk is None:
            raise forms.ValidationError("This is not the address of a read’s chain of custody.")
        return ReadKey(day, pk)


class ProposeForm(forms.Form):
    outcome = _choose(AnswerOutcome, label="Answer", help_text="What the letter says.")
    kinds = forms.TypedMultipleChoiceField(
        coerce=Data,
        choices=Data.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Releases",
        help_text="Each kind of data that leaves with it.",
    )
    attached = forms.ModelMultipleChoiceField(
        RecordsFile.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Files to send",
        help_text="They leave once the answer is approved and sent.",
    )
    basis = forms.CharField(max_length=400, label="Legal basis", help_text="Title and section of the law.")
    text = LongTextField(
        6,
        "Explanation",
        "What is released, and what is not and why. It is in the letter.",
        max_length=LONGEST_TEXT,
    )
    officials = LongTextField(
        2,
        "Responsible for the denial",
        "For a denial: one line each, name, title.",
        max_length=600,
        required=False,
    )
    fee = forms.CharField(
        max_length=20, required=False, label="Fee", help_text="For a fee: the amount, such as $12.50."
    )

    def __init__(self, *args: Any, row: RecordsRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attached"].queryset = row.files.all()  # type: ignore[attr-defined]
        if not row.files.exists():
            del self.fields["attached"]

    def proposal(self) -> Proposal:
        """From a valid form."""
        given = self.cleaned_data
        texts = {name: given[name].strip() for name in ("basis", "text", "officials", "fee")}
        return Proposal(given["outcome"], tuple(given["kinds"]), **texts)


class DecideForm(forms.Form):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    note = LongTextField(
        3,
        "Reason",
        "Needed to return it, and to authorize what the release rules leave to you.",
        max_length=400,
        required=False,
    )


class RuleForm(forms.Form):
    requester = _choose(Requester, label="Requester", help_text="For whom the rule holds.")
    kind = _choose(
        Data, label="Kind of data", help_text="Data of the readers are confidential (clause SB40.confid)."
    )
    outcome = _choose(RuleOutcome, label="Rule", help_text="What may be done with a request for it.")
    basis = forms.CharField(max_length=300, label="Legal basis", help_text="Title and section of the law.")
