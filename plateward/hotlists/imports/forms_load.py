"""The file of a list, as it comes from a browser."""

from typing import Any

from django import forms

from plateward.hotlists.imports import formats, store
from plateward.hotlists.imports.text import MAX_BYTES


class ListFileForm(forms.Form):
    """Which list, whose, in which format, and the file. A larger file is sent in parts by the page's script."""

    name = forms.CharField(label="List", max_length=60, help_text="An existing list's name, or a new one.")
    source = forms.CharField(label="Source", max_length=60, help_text="Who supplies it, e.g. NCIC.")
    format = forms.ChoiceField(label="Format", help_text="How the file is written.")
    file = forms.FileField(
        label="File",
        help_text="It replaces the whole list. At most 400 MiB and two million entries.",
        widget=forms.FileInput(attrs={"data-part": store.PART_BYTES, "data-most": MAX_BYTES}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["format"]
        choice.choices = formats.format_choices()

    def clean_file(self) -> Any:
        """Bounded before it is read; without the page's script, no part is larger than the hub keeps in memory."""
        file: Any = self.cleaned_data["file"]
        if (file.size or 0) > store.PART_BYTES * 8:
            raise forms.ValidationError(
                "So large a file is sent in parts, which needs JavaScript. Turn it on."
            )
        return file


class AnnouncedFileForm(ListFileForm):
    """A file that comes in parts: its name and size instead of itself."""

    file = None  # type: ignore[assignment]
    file_name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=1)
