"""Why a case sheet is printed."""

from django import forms

from plateward.cases.forms import NumberField
from plateward.pages.fields import LongTextField


class CaseSheetForm(forms.Form):
    """Under which number, and for whom."""

    number = NumberField(
        label="CAD or case number",
        help_text="The case that the sheet is for. It is on the sheet and on the log.",
    )
    use = LongTextField(
        rows=2,
        label="Who gets it, and for what",
        max_length=400,
        help_text="Saved in the audit log. Records handles any release outside law enforcement (clause 6.h.iii).",
    )
