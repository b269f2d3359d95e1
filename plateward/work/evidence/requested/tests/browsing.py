"""What a person does on the pages of evidence packages, for tests."""

from typing import Any

from django.test import Client

from plateward.work.alerts.models import Alert
from plateward.work.alerts.testing import DISCLOSED
from plateward.work.evidence.requested.models import RequestedPackage

NUMBER = "2026-00587"
USE = "For the district attorney, who charges the driver of the stolen car."


def request(browser: Client, of_case: list[Alert], **changed: Any) -> Any:
    given: dict[str, Any] = {
        "number": NUMBER,
        "alerts": [alert.pk for alert in of_case],
        "use": USE,
        **DISCLOSED,
    }
    return browser.post("/evidence/request", given | changed)


def requested(browser: Client, alerts: list[Alert]) -> RequestedPackage:
    assert request(browser, alerts).status_code == 302
    return RequestedPackage.objects.get()


def text_of(browser: Client, path: str) -> str:
    return " ".join(browser.get(path).content.decode().split())
