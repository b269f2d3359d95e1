"""A submitted form or pressed button, and the result of its act."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from plateward.ground.errors import ActError
from plateward.ground.policy.decision import Refusal, Refused

F = TypeVar("F", bound=forms.BaseForm)
FIND = "find"  # the button of a check list's search (web/field.html)


class Submission:
    """A page's form as submitted by a request. Errors that keep the act from being done leave the block quietly, and
    the page shows them at their fields, with all that was typed:

        sent, form = submitted(request, RecallForm)
        if sent.valid:
            with sent:
                actions.recall(…, **form.cleaned_data)
                return sent.done("…", "…")
        return sent.render("…", entry=entry)
    """

    def __init__(self, request: HttpRequest, form: forms.BaseForm | None = None) -> None:
        self.refusal: Refusal | None = None
        self._request, self._form = request, form
        self._sent = request.method == "POST" and FIND not in request.POST

    @property
    def valid(self) -> bool:
        """Whether a form was submitted, and every field is valid."""
        return self._sent and (self._form is None or self._form.is_valid())

    @property
    def status(self) -> int:
        """409 if a rule refused the act, 422 if the form needs correction, otherwise 200."""
        if self.refusal:
            return 409
        return 422 if self._sent and not self.valid else 200

    def form_of(self, form: type[F], *, offered: bool = True, **more: Any) -> F | None:
        """On a page with several forms, the one of this class: as it was submitted, else a new one if it is `offered`.
        `more`: the new form's arguments."""
        if isinstance(self._form, form):
            return self._form
        return form(**more) if offered else None

    def render(self, template: str, **context: Any) -> HttpResponse:
        """The page, with the form and the refusal, if any, in its context."""
        context = {"form": self._form, "refusal": self.refusal} | context
        return render(self._request, template, context, status=self.status)

    def done(self, text: str, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer to an act that was done: on the next page, `to` (as `redirect` takes it), which says `text`."""
        messages.success(self._request, text)
        answer: HttpResponse = redirect(to, *args, **kwargs)
        return answer

    def __enter__(self) -> None:
        """Enter the block around the act."""

    def __exit__(self, _: object, error: BaseException | None, trace: TracebackType | None) -> bool:
        if isinstance(error, Refused):
            self.refusal = error.refusal
            return True
        if self._form is None or not isinstance(error, ActError | ValidationError):
            return False
        at = error.field if isinstance(error, ActError) and error.field in self._form.fields else None
        self._form.add_error(at, error if isinstance(error, ValidationError) else str(error))
        return True


def submitted(request: HttpRequest, form: Callable[..., F], **more: Any) -> tuple[Submission, F]:
    """A page's form, filled with what the request submits, and that submission; `more`: the form's other arguments. A
    search in one of its check lists submits nothing yet."""
    if FIND in request.POST:
        filled = form(None, **more)
        for name, field in filled.fields.items():
            typed = field.widget.value_from_datadict(request.POST, request.FILES, filled.add_prefix(name))
            filled.initial[name] = typed
    else:
        filled = form(request.POST if request.method == "POST" else None, **more)
    return Submission(request, filled), filled


@contextmanager
def failure_as_message(request: HttpRequest, before: str = "") -> Iterator[None]:
    """Around the act of a button, which has no page of its own: the next page says why it was not done."""
    try:
        yield
    except ActError as error:
        messages.error(request, f"{before} {error}".strip())
