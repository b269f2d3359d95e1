"""Where an officer's alert goes."""

from collections.abc import Iterable
from typing import Any

from django import forms

from plateward.dispatch.models import Call


class Tell(forms.Form):
    """To the call that it belongs to, or to a chosen one."""

    call = forms.ChoiceField(label="Call", required=False)

    def __init__(self, calls: Iterable[Call], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["call"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            ("", "The open call of this plate nearby, or a new one"),
            *((str(one.pk), str(one).capitalize()) for one in calls),
        ]
