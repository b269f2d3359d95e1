"""The result of a submitted form: refused, a wrong field, or neither."""

from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import RequestFactory

from plateward.core.pages.acts import Submission, failure_as_message
from plateward.ground.errors import ActError, PlatewardError
from plateward.ground.policy.decision import Refusal, Refused

REFUSAL = Refusal("6.c.ii", "Not yours.", "Ask its owner.", field="name")


class Named(forms.Form):
    name = forms.CharField()


def post(**typed: str) -> HttpRequest:
    request = RequestFactory().post("/", typed)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def submitted(error: Exception | None = None, **typed: str) -> tuple[Submission, forms.Form]:
    request = post(**typed)
    form = Named(request.POST)
    submission = Submission(request, form)
    if submission.valid:
        with submission:
            if error:
                raise error
    return submission, form


def test_a_page_that_is_only_opened_has_sent_nothing() -> None:
    submission = Submission(RequestFactory().get("/"), Named())
    assert (submission.valid, submission.status, submission.refusal) == (False, 200, None)


def test_an_act_that_is_done_answers_by_itself() -> None:
    submission, _ = submitted(name="Ada")
    assert (submission.valid, submission.status) == (True, 200)


def test_a_form_that_is_not_right_is_not_acted_on() -> None:
    submission, form = submitted(name="")
    assert (submission.valid, submission.status, list(form.errors)) == (False, 422, ["name"])


def test_a_refusal_is_a_conflict_and_leaves_what_was_typed() -> None:
    submission, form = submitted(Refused(REFUSAL), name="Ada")
    assert (submission.status, submission.refusal, form["name"].value()) == (409, REFUSAL, "Ada")


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (ActError("No.", "name"), "name"),
        (ActError("No.", "no such field"), "__all__"),
        (ActError("No."), "__all__"),
        (ValidationError("No."), "__all__"),
    ],
)
def test_what_an_act_finds_wrong_stands_at_its_field(error: Exception, field: str) -> None:
    submission, form = submitted(error, name="Ada")
    assert submission.status == 422
    assert list(form.errors[field]) == ["No."]


@pytest.mark.parametrize("error", [PlatewardError("The log is away."), KeyError("x")])
def test_what_is_about_no_form_goes_on(error: Exception) -> None:
    with pytest.raises(type(error)):
        submitted(error, name="Ada")


@pytest.mark.parametrize(
    ("error", "message"), [(ActError("It is gone."), "It is gone."), (Refused(REFUSAL), str(REFUSAL))]
)
def test_a_button_says_on_the_next_page_why_nothing_was_done(error: Exception, message: str) -> None:
    request: Any = post()
    with failure_as_message(request):
        raise error
    assert [str(item) for item in get_messages(request)] == [message]
