"""The browser form for a list's file."""

from typing import Any

from django import forms

from plateward.hotlists.imports import formats, store
from plateward.hotlists.imports.text import MAX_BYTES


class ListFileForm(forms.Form):
    """The list, its source, the format and the file. The page's script sends a larger file in parts."""

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
        """Checks the size before reading; without the page script, a part must fit the memory limit."""
        file: Any = self.cleaned_data["file"]
        if (file.size or 0) > store.PART_BYTES * 8:
            raise forms.ValidationError(
                "A file this large is sent in parts, which needs JavaScript. Turn it on."
            )
        return file


class AnnouncedFileForm(ListFileForm):
    """A file that comes in parts: its name and size instead of its content."""

    file = None  # type: ignore[assignment]
    file_name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=1)
