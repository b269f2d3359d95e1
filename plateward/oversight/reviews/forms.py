"""The filters of reviews and their entries, and what reviewers say."""

from functools import partial

from django import forms
from django.db.models import QuerySet
from django_filters import ChoiceFilter

from plateward.core.pages.fields import LongTextField
from plateward.core.pages.lists import Filters, Words, computed
from plateward.ground import clock
from plateward.oversight.reviews.models import AuditItem, AuditReview
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import LONGEST_TEXT, ReviewKind, Verdict

Text = partial(LongTextField, max_length=LONGEST_TEXT)


class ReviewFilters(Filters):
    """For the list of reviews."""

    state = ChoiceFilter(
        label="State",
        empty_label="Any",
        choices=[("open", "To be signed"), ("overdue", "Overdue"), ("signed", "Signed")],
        method="in_state",
    )
    kind = ChoiceFilter(
        label="Kind",
        empty_label="Any",
        choices=[(kind.value, kind.value.capitalize()) for kind in ReviewKind],
    )

    def in_state(self, rows: QuerySet[AuditReview], _: str, state: str) -> QuerySet[AuditReview]:
        """Reviews with a signature or without one, perhaps late."""
        if state == "signed":
            return rows.exclude(signature=None)
        rows = rows.filter(signature=None)
        return rows.filter(due__lte=clock.now()) if state == "overdue" else rows


class ItemFilters(Filters):
    """For the entries of a review."""

    state = ChoiceFilter(
        label="Answer",
        empty_label="None yet",
        choices=[("all", "All entries"), *Verdict.choices],
        method=computed,
    )
    why = ChoiceFilter(label="Why it is listed", empty_label="Any reason", choices=Why.choices)
    group = ChoiceFilter(
        label="Grouped by", empty_label="Reason", choices=[("person", "Person")], method=computed
    )
    q = Words("subject__full_name", "subject__username", label="Name or account")

    def passing(self) -> QuerySet[AuditItem]:
        """The entries that pass, in the order of their groups: those to answer, unless others are asked for."""
        state = self.chosen.get("state", "")
        rows: QuerySet[AuditItem] = self.qs
        if state != "all":
            rows = rows.filter(answer__kind=state) if state else rows.filter(answer=None)
        person = ("subject__full_name", "subject") if "group" in self.chosen else ()
        return rows.order_by(*person, "rank", "subject__full_name", "pk")


class AnswerForm(forms.Form):
    """What a reviewer says of an entry."""

    answer = forms.TypedChoiceField(coerce=Verdict, choices=Verdict.choices)
    text = forms.CharField(required=False, max_length=LONGEST_TEXT)


class ReplyForm(forms.Form):
    """The answer to a question."""

    text = Text(4, "Your answer", "What it was for, and where that is on record. It stays with the review.")


class FollowForm(forms.Form):
    """What a reviewer makes of the answer to a question."""

    text = Text(3, "What else you need to know", "Only if you ask again.", required=False)
    decision = forms.ChoiceField(
        choices=[("accept", "Accept: the entry is in order"), ("again", "Ask again")], label="Decision"
    )


class SignForm(forms.Form):
    """The conclusion under the signature."""

    conclusion = Text(
        3,
        "Conclusion: what the review found",
        "What was reviewed, what was found, and what follows. It is signed with the review.",
    )
