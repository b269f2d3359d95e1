"""The file of a list, as it comes from a browser."""

from django import forms

from plateward.hotlists.csv_list import MAX_BYTES


class ListFile(forms.Form):
    """Which list, whose, and the file."""

    name = forms.CharField(label="List", max_length=60, help_text="An existing list's name, or a new one.")
    source = forms.CharField(label="Source", max_length=60, help_text="Who supplies it, e.g. NCIC.")
    file = forms.FileField(
        label="CSV file",
        help_text="Columns: plate, state, reason, priority, expires. It replaces the whole list.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> bytes:
        """The file's bytes; bounded before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Split it.")
        self.file_name = str(file.name)
        return bytes(file.read())
