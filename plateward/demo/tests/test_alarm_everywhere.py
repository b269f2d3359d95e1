"""An alarm reaches its person on whatever page they have open; several pages of a browser ring once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import alarm, import_list, rung, silence
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
SOUNDS = "async () => (await navigator.locks.query()).held.some(({ name }) => name === 'plateward.sound')"
REASON = "Witness saw this car leave the store at 2130."


def at_work(page: Page, url: str) -> None:
    """At this page, which the person has touched: the browser lets it sound."""
    page.goto(url)
    page.get_by_role("heading", level=1).first.click()
    page.wait_for_function(SOUNDS)
    silence(page)


@pytest.fixture
def taos(live_hub: LiveHub, tmp_path: Path) -> list[str]:
    """Plates of a list whose alerts ring once."""
    plates = [f"TAO{number}" for number in range(511, 517)]
    import_list(live_hub, tmp_path, "Taos County", *plates, priority="normal")
    return plates


@pytest.mark.clause("5.b/browser", "5.g/source", "5.g/maybe")
def test_an_alert_rings_on_search_map_dispatch_and_another_alerts_page(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], taos: list[str]
) -> None:
    officer, dispatcher = signed_in("dario"), signed_in("elena")  # another test moves Ben to another unit
    for job in (officer, dispatcher):
        job.page.goto(live_hub.url)
        job.sound_on()
        silence(job.page)
    captured = live_hub.drive_by(taos.pop())
    alarm(officer.page, captured).get_by_role("link", name="Open alert").click()
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text("Alert ")
    places = [
        (officer, officer.page.url),
        (officer, live_hub.url + "map/"),
        (dispatcher, live_hub.url + "dispatch/"),
    ]
    for job, url in (*places, (officer, live_hub.url + "searches/")):
        page = job.page
        at_work(page, url)
        before = rung(page)
        captured = live_hub.drive_by(taos.pop())
        expect(alarm(page, captured)).to_contain_text(
            "Normal priority, possible hit: Stolen vehicle (Taos County)"
        )
        expect(alarm(page, captured)).to_be_in_viewport(ratio=1)
        page.wait_for_function("(rung) => document.documentElement.dataset.alarmsRung > rung", arg=before)
        expect(page.locator("html")).to_have_attribute("data-alarm", "normal")
        job.step("an alarm rings beside other work")
        alarm(page, captured).get_by_role("button", name="Acknowledge").click()
        expect(alarm(page, captured)).to_have_count(0)

    # What is being typed stays, and so does the page: the alert opens in another.
    page = officer.page
    reason = page.locator("main textarea").first
    reason.fill(REASON)
    captured = live_hub.drive_by(taos.pop())
    expect(alarm(page, captured)).to_be_visible()
    expect(reason).to_be_focused()
    expect(reason).to_be_in_viewport(ratio=1)
    page.locator("main form button.usa-button").last.click(trial=True)
    with page.context.expect_page() as opened:
        alarm(page, captured).get_by_role("link", name="Open alert").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("possible hit: stolen vehicle")
    expect(reason).to_have_value(REASON)
    expect(alarm(page, captured)).to_have_count(0)


@pytest.mark.clause("5.b/browser")
def test_several_pages_ring_once_and_are_silent_together(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], taos: list[str]
) -> None:
    first = signed_in("dario").page
    at_work_with_sound(first, live_hub.url)
    second, third = first.context.new_page(), first.context.new_page()
    second.goto(live_hub.url + "searches/")
    third.goto(live_hub.url + "alerts/")
    pages = [first, second, third]
    for page in pages:
        expect(page.locator("html")).to_have_attribute("data-stream", "open")
    first.bring_to_front()
    before = sum(map(rung, pages))
    captured = live_hub.drive_by(taos.pop())
    for page in pages:
        expect(alarm(page, captured)).to_be_visible()
    assert sum(map(rung, pages)) == before + 1

    # A page that is opened while it rings shows it, and it rings; where the one that listened is gone, another does.
    first.wait_for_timeout(2_500)
    fourth = first.context.new_page()
    fourth.goto(live_hub.url + "map/")
    expect(alarm(fourth, captured)).to_be_visible()
    expect(fourth.locator("html")).to_have_attribute("data-stream", "open")
    assert sum(map(rung, [*pages, fourth])) == before + 2
    alarm(second, captured).get_by_role("button", name="Acknowledge").click()
    for page in (*pages, fourth):
        expect(alarm(page, captured)).to_have_count(0)
    first.close()
    captured = live_hub.drive_by(taos.pop())
    for page in (second, third, fourth):
        expect(alarm(page, captured)).to_be_visible()
    silence(third)


def at_work_with_sound(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Turn sound on").first.click()
    page.wait_for_function(SOUNDS)
    silence(page)


@pytest.mark.clause("5.b/browser")
def test_acknowledge_all_is_what_was_on_screen(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], taos: list[str]
) -> None:
    job = signed_in("dario")
    page = job.page
    page.goto(live_hub.url)
    silence(page)
    captured = [live_hub.drive_by(taos.pop()) for _ in range(5)]
    for each in captured:
        expect(alarm(page, each)).to_have_count(1)
    expect(page.locator("[data-ringing] .alarm:visible")).to_have_count(3)
    expect(page.get_by_text("2 more after these")).to_be_visible()
    for card in page.locator("[data-ringing] .alarm:visible").all():
        expect(card.locator("img")).to_have_js_property("complete", True)
        expect(card).to_be_in_viewport(ratio=1)
    job.step("home shows three alarms whole, with pictures")
    page.get_by_role("button", name="Acknowledge these 3").click()
    expect(page.locator("[data-ringing] .alarm")).to_have_count(2)
    page.reload()
    expect(page.locator("[data-ringing] .alarm:visible")).to_have_count(2)
    page.get_by_role("button", name="Acknowledge all").click()
    expect(page.locator("[data-ringing] .alarm")).to_have_count(0)
