"""A breach of security, as an officer reports it and the administrator contains it: each step checked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser


@pytest.mark.clause("6.b.i.11/contained", "IR-6/hour")
def test_a_breach_is_reported_and_contained(live_hub: LiveHub, signed_in: Callable[..., Walkthrough]) -> None:
    ada, gloria = signed_in("ada"), signed_in("gloria")
    page = ada.page
    page.goto(live_hub.url)
    page.get_by_role("link", name="Report misuse or a security incident").click()
    ada.step("reporting a breach")
    page.get_by_text("Someone uses another person's account").first.click()
    page.get_by_label("What happened").fill(
        "Two searches in my list are not mine; both were made while I was in court."
    )
    page.get_by_label("When it was noticed").fill(f"{localtime() - timedelta(days=30):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Report the incident").click()
    expect(page.get_by_role("status")).to_contain_text("were notified")
    ada.step("a breach reported")

    page = gloria.page
    page.goto(live_hub.url + "breaches/")
    gloria.step("open breaches")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_text("Contain it: cut off access").first.click()
    gloria.step("a breach, and what can be cut off")
    page.get_by_text("All exports:").click()
    page.get_by_label("What it stops").fill("Whatever that account can still take along.")
    page.get_by_role("button", name="Cut off").click()
    expect(page.get_by_text("All exports are stopped").first).to_be_visible()
    page.get_by_text("Record who was notified").click()
    page.locator("label", has_text="CJIS Security Officer").click()
    page.get_by_label("Person you reached, and how").fill("?")
    page.get_by_role("button", name="Record it").first.click()
    expect(page.get_by_role("alert")).to_contain_text("The person you reached is not named")
    gloria.step("a notification that says nothing")
    page.get_by_label("Person you reached, and how").fill("Marco Mora, by phone.")
    page.get_by_role("button", name="Record it").first.click()
    expect(page.get_by_text("notified late")).to_be_visible()
    page.get_by_text("Resume exports").first.click()
    page.get_by_label("Why exports may resume").fill("The account is cut off now.")
    page.get_by_role("button", name="Resume exports").click()
    expect(page.get_by_text("All exports are stopped")).to_be_hidden()
    gloria.step("a breach with its steps")
