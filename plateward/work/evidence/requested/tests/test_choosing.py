"""Which alerts of a case go into a package."""

from typing import Any

import pytest
from django.test import Client

from plateward.field.hotlists.models import Entry
from plateward.people.actor import PersonActor
from plateward.people.testing import person, signed_in
from plateward.work.alerts.models import Alert
from plateward.work.alerts.testing import make_covert
from plateward.work.evidence.requested import audience
from plateward.work.evidence.requested.models import RequestedPackage
from plateward.work.evidence.requested.tests.browsing import NUMBER, request, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.iv/download")]


@pytest.mark.clause("6.h.iii/approval", "6.c.ii/cases")
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"use": "for the case"}, 409),
        ({"alerts": []}, 422),
        ({"alerts": [990_077]}, 422),
        ({"number": ""}, 422),
    ],
)
def test_without_a_use_or_alerts_of_the_case_nothing_is_requested(
    officer: Client, alerts: list[Alert], changed: dict[str, Any], status: int
) -> None:
    assert request(officer, alerts, **changed).status_code == status
    assert not RequestedPackage.objects.exists()


@pytest.mark.clause("6.c.ii/cases", "6.b.i.8/scope")
def test_only_alerts_that_a_person_sees_are_of_the_case(ada: PersonActor, alert: Alert) -> None:
    Entry.objects.update(number=NUMBER)
    make_covert("carla")
    assert f"You see no alert of {NUMBER}." in text_of(signed_in(ada.person), f"/evidence/?number={NUMBER}")
    assert f"Alert {alert.pk}," in text_of(signed_in(person("carla")), f"/evidence/?number={NUMBER}")


def test_of_a_case_with_more_alerts_than_are_listed_all_go_into_the_package_or_those_of_any_page(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/evidence/?number={NUMBER}"
    assert "are listed here" not in text_of(officer, page)
    monkeypatch.setattr(audience, "MOST_ALERTS", 1)
    first, second = alerts
    newest, older = text_of(officer, page), text_of(officer, f"{page}&page=2")
    assert "You see 2 alerts of this case; 1 of them are listed here" in newest
    assert (f"Alert {second.pk}," in newest, f"Alert {first.pk}," in newest) == (True, False)
    assert (f"Alert {second.pk}," in older, f"Alert {first.pk}," in older) == (False, True)
    assert "page=2" in newest
    assert "Newest alerts" in older
    chosen: list[tuple[dict[str, Any], list[int]]] = [
        ({"scope": "all", "alerts": []}, [first.pk, second.pk]),
        ({"scope": "chosen", "alerts": [second.pk]}, [second.pk]),
        ({"scope": "chosen", "alerts": [first.pk], "page": 2}, [first.pk]),
    ]
    for given, packaged in chosen:
        assert request(officer, [], **given).status_code == 302
        assert RequestedPackage.objects.latest("pk").alerts == packaged
    assert request(officer, [], scope="chosen", alerts=[first.pk]).status_code == 422, "on another page"
    assert f"Alert {second.pk}," in text_of(officer, f"{page}&page=x")


def test_a_package_that_would_have_too_many_reads_is_refused_at_once(
    officer: Client, alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plateward.work.evidence.requested.rules.MOST_READS", 1)
    answer = request(officer, alerts)
    assert (answer.status_code, b"Too many alerts for one package" in answer.content) == (409, True)
    assert request(officer, alerts[:1]).status_code == 302
