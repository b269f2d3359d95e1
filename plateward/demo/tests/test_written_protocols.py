"""A protocol's new version, as the administrator writes it, the Chief approves it, and an inspector acknowledges it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser


@pytest.mark.clause("6.b.i.1/versions", "6.b.i.1/acknowledged")
def test_a_new_version_asks_whom_it_binds(live_hub: LiveHub, signed_in: Callable[..., Walkthrough]) -> None:
    gloria, hector, dario = signed_in("gloria"), signed_in("hector"), signed_in("dario")
    page = gloria.page
    page.goto(live_hub.url + "protocols/all/")
    gloria.step("all protocols")
    page.get_by_role("link", name="Storage of reads and images", exact=True).click()
    page.get_by_role("link", name="Revise").click()
    text = page.get_by_label("Text", exact=True).input_value()
    page.get_by_label("Text", exact=True).fill(text.replace("within the hour", "at once"))
    gloria.step("a protocol's next version")
    page.get_by_label("What is new").fill("A loss is told at once.")
    page.locator("label", has_text="Transportation Inspector").click()
    page.get_by_label("Takes effect on").fill(page.evaluate("new Date().toLocaleDateString('sv')"))
    page.locator("label", has_text="ALPR policy (OPR:50)").click()
    page.get_by_role("button", name="Submit to the Chief").click()
    expect(page.get_by_role("status")).to_contain_text("submitted to the Chief")

    page = hector.page
    page.goto(live_hub.url + "protocols/all/")
    page.get_by_role("row", name="Waiting for the Chief").get_by_role("link").first.click()
    page.get_by_text("Changes since version 1").click()
    expect(page.locator("ins")).to_contain_text("at once")
    hector.step("a version to decide")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("is approved")

    page = dario.page
    page.goto(live_hub.url)
    page.get_by_label("Your training").get_by_role("link", name="And 2 more").click()
    page.get_by_role("link", name="My protocols").click()
    dario.step("my protocols")
    page.get_by_role("link", name="Storage of reads and images", exact=True).click()
    dario.step("a protocol to acknowledge")
    page.get_by_role("button", name="I have read it and will follow it").click()
    expect(page.get_by_role("status")).to_contain_text(
        "You acknowledged Storage of reads and images, version 2"
    )

    page = gloria.page
    page.goto(live_hub.url + "protocols/all/")
    page.get_by_role("row", name="Storage of reads").get_by_role("link").last.click()
    gloria.step("who acknowledged a protocol")
    page.get_by_role("link", name="As of a date").click()
    page.get_by_label("Badge number or username").fill("dario")
    page.get_by_label("As of").last.fill(
        page.evaluate("new Date().toLocaleString('sv').slice(0, 16).replace(' ', 'T')")
    )
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="Storage of reads")).to_be_visible()
    gloria.step("protocols as of a moment")
