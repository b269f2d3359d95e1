"""Who gets an export, and as what."""

from django import forms


class ExportForm(forms.Form):
    """How results are taken along."""

    kind = forms.ChoiceField(
        label="Format",
        choices=[("csv", "CSV, for a spreadsheet"), ("print", "Pages to print")],
        widget=forms.RadioSelect,
        initial="csv",
        help_text="Both are marked with your name, and on the log.",
    )
    use = forms.CharField(
        label="Who gets it, and for what",
        max_length=400,
        help_text="Saved in the audit log. Records handles any release outside law enforcement (clause 6.h.iii).",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
