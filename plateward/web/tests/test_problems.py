"""Every form shows an error at its field, and at the top with a link to it, by the shared templates."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django import forms
from django.forms import BaseForm
from django.template import Context, Template
from django.urls import get_resolver

from plateward.ground.policy.decision import Refusal
from plateward.people.testing import person, signed_in
from plateward.testing import REPOSITORY
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.facts import ActKind
from plateward.work.alerts.models import Act, Alert

TOP = Template("{% if refusal %}{% include 'web/refusal.html' %}{% endif %}{% include 'web/problems.html' %}")
FIELDS = Template("{% include 'web/fields.html' %}")
DECISION = Template("{% include 'web/decision.html' with field=form.fit first_only=alone %}")


class Report(forms.Form):
    words = forms.CharField(help_text="What you saw.")
    fit = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect)


class Found(HTMLParser):
    """The attributes of every element, by its id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_id: dict[str, dict[str, str | None]] = {}
        self.feed(page)

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.by_id[given.get("id") or ""] = given


@pytest.mark.parametrize(("field", "target"), [("words", "id_words"), ("fit", "id_fit_0")])
def test_a_refusal_that_names_its_field_marks_it_and_leads_to_it(field: str, target: str) -> None:
    form = Report({"words": "It is dark.", "fit": "yes"})
    assert form.is_valid()
    context = Context(
        {"form": form, "refusal": Refusal("6.e.vii", "It is too short.", "Say more.", field=field)}
    )
    top, page = TOP.render(context), FIELDS.render(context)
    assert f'href="#{target}"' in top
    assert "(clause 6.e.vii)" in top
    assert Found(page).by_id[target]["aria-invalid"] == "true"
    assert "It is too short. Say more." in page
    assert f'id="id_{field}_error"' in page
    assert re.search(rf'aria-describedby="[^"]*\bid_{field}_error"', page)
    other = {"words": "id_fit_0", "fit": "id_words"}[field]
    assert "aria-invalid" not in Found(page).by_id[other]


def test_a_form_that_nobody_sent_is_not_marked_by_another_ones_refusal() -> None:
    refusal = Refusal("6.e.vii", "It is too short.", "Say more.", field="words")
    page = FIELDS.render(Context({"form": Report(), "refusal": refusal}))
    assert "aria-invalid" not in page
    assert "href" not in TOP.render(Context({"form": Report(), "refusal": refusal}))


def test_fields_that_are_not_right_are_listed_at_the_top_each_with_its_link() -> None:
    context = Context({"form": Report({})})
    top = TOP.render(context)
    assert "Correct 2 entries" in top
    assert ('href="#id_words"' in top, 'href="#id_fit_0"' in top) == (True, True)
    assert FIELDS.render(context).count('aria-invalid="true"') == 3
    assert TOP.render(Context({"form": Report()})).strip() == ""


@pytest.mark.parametrize(("alone", "answers"), [(False, ["Yes", "No"]), (True, ["Yes"])])
def test_a_reviewed_decision_ends_with_a_button_for_each_answer_and_keeps_what_was_typed(
    alone: bool, answers: list[str]
) -> None:
    page = DECISION.render(Context({"form": Report({"words": "It is dark."}), "alone": alone}))
    assert re.findall(r"<button[^>]*>([^<]*)</button>", page) == answers
    first = Found(page).by_id["id_fit_0"]  # which the list at the top leads to
    assert (first["name"], first["value"]) == ("fit", "yes")
    assert "It is dark.</" in page or 'value="It is dark."' in page
    assert "Choose the fit." in page
    assert 'type="radio"' not in page


def test_a_form_that_a_view_hands_over_under_two_names_is_listed_once() -> None:
    form = Report({"words": "It is dark."})
    top = TOP.render(Context({"form": form, "password_change_form": form}))
    assert "Correct 1 entry" in top
    assert top.count('href="#id_fit_0"') == 1


@pytest.mark.django_db
@pytest.mark.clause("6.e.vii/thorough")
def test_the_alerts_page_says_it_at_the_field_of_the_step_that_was_refused() -> None:
    load_hotlist("ABC123")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    alert, ada = Alert.objects.get(), person("ada")
    Act.objects.create(alert=alert, kind=ActKind.ENFORCEMENT, by=ada, at=alert.arrived_at)
    sent = {
        "outcome": "enforcement",
        "count_arrest": "1",
        "force_used": "no",
        "recovered": "no",
        "narrative": "x" * 30,
    }
    page = (
        signed_in(ada).post(f"/alerts/{alert.pk}/dispose", sent | {"persons_stopped": "0"}).content.decode()
    )
    assert 'href="#id_persons_stopped"' in page
    assert Found(page).by_id["id_persons_stopped"]["aria-invalid"] == "true"
    thin = signed_in(ada).post(f"/alerts/{alert.pk}/dispose", sent | {"narrative": ""}).content.decode()
    assert ('href="#id_persons_stopped"' in thin, 'href="#id_narrative"' in thin) == (True, True)


SAYS_NO = r"\b(Refusal|refuse|refuse_term|must_say)$"  # a refusal of any clause, or of one


def named() -> Iterator[tuple[str, str]]:
    """Every field that a refusal in the code names, and where."""
    root = REPOSITORY / "plateward"
    for file in root.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and re.search(SAYS_NO, ast.unparse(node.func)):
                for given in node.keywords:
                    if given.arg == "field" and isinstance(given.value, ast.Constant):
                        yield f"{file.relative_to(root)}:{node.lineno}", str(given.value.value)


def known(form: type[BaseForm] = BaseForm) -> set[str]:
    """Every field of every form, except those that a form adds in its constructor."""
    return set(getattr(form, "base_fields", {})).union(
        *(known(subclass) for subclass in form.__subclasses__())
    )


def test_every_field_that_a_refusal_names_is_a_field_of_a_form() -> None:
    get_resolver().url_patterns  # noqa: B018  # loads every view, and so every form
    made = {"count_arrest", "which_other"}
    assert [(where, name) for where, name in named() if name not in known() | made] == []
