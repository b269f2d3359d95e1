"""The form of a review: a row for each box, and the statement."""

from typing import Any

from django import forms

from plateward.ground.policy.trace import enforces
from plateward.recognition.covering.types import BY_HAND, Cover, CoverKind
from plateward.sharing.redaction.rules import MOST_BOXES, STATEMENT, Review

LARGEST = 20_000  # pixels of a side


def _pixels(label: str, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=LARGEST)


class BoxForm(forms.Form):
    """One box, found or added."""

    found = forms.IntegerField(min_value=0, max_value=MOST_BOXES, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="What it covers", choices=CoverKind.choices())
    x = _pixels("From the left")
    y = _pixels("From the top")
    width = _pixels("Width", 1)
    height = _pixels("Height", 1)
    removed = forms.BooleanField(label="Do not cover this", required=False)
    reason = forms.CharField(
        label="Reason, if found by the system",
        max_length=200,
        required=False,
        help_text="For example: road sign, not a plate.",
    )


class StatementForm(forms.Form):
    """What the reviewer states at the end."""

    complete = forms.BooleanField(
        label=f"{STATEMENT}: I looked at the whole picture for plates, faces and people.", required=False
    )


BaseBoxes = forms.formset_factory(
    BoxForm, extra=0, max_num=MOST_BOXES, absolute_max=MOST_BOXES, validate_max=True
)


class BoxFormSet(BaseBoxes):  # type: ignore[misc, valid-type]
    """The boxes of a picture."""

    @classmethod
    def of(cls, found: tuple[Cover, ...], data: Any = None) -> "BoxFormSet":
        """As they were found, or as `data` sends them back."""
        initial = [
            {
                "found": index,
                "kind": cover.kind.value,
                **dict(zip(("x", "y", "width", "height"), cover.box, strict=True)),
            }
            for index, cover in enumerate(found)
        ]
        return cls(data, prefix="box", initial=None if data is not None else initial)

    @enforces("6.h.iii/redaction")
    def review(self, found: tuple[Cover, ...], complete: bool) -> Review:
        """What a valid form says. A box that was found and lies as it did is the system's, any other the reviewer's."""
        covers, removed = [], {}
        for row in (form.cleaned_data for form in self.forms):
            index = row.get("found")
            if row["removed"]:
                if index is not None:
                    removed[index] = row["reason"].strip()
                continue
            box, kind = (row["x"], row["y"], row["width"], row["height"]), CoverKind(row["kind"])
            same = [cover for cover in found if cover.box == box and cover.kind is kind]
            covers.append(same[0] if same else Cover(box, kind, BY_HAND))
        return Review(tuple(covers), removed, complete)
