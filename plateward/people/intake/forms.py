"""The file, as it comes from a browser; and as it comes back with the decision to take it."""

import base64
import binascii

from django import forms

from plateward.people.intake.table import MAX_BYTES


class PeopleFile(forms.Form):
    """The file of people."""

    file = forms.FileField(
        label="CSV file",
        help_text="Columns: username, name, badge, rank, role, unit, district, supervisor, agency, sworn.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> bytes:
        """The file's bytes; bounded before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Split it.")
        self.file_name = str(file.name)
        return bytes(file.read())


class SeenFile(forms.Form):
    """The file that was looked at, as the page kept it."""

    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    content = forms.CharField(max_length=MAX_BYTES * 2, widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        """The file's bytes."""
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError) as broken:
            raise forms.ValidationError("The file did not come back whole. Look at it once more.") from broken
