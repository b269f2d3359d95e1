"""Two people at one alert: by keyboard, nothing typed is lost, and danger overrides missing steps."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import import_list, open_alert
from plateward.demo.tests.live import LiveHub
from plateward.ground import clock

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]

LIST = "Sandoval County"
WHY = "The driver fires at cars on the interstate, and the child is in the vehicle."
BEGUN = "The child was seen in the back seat"
FINDING = "Heard the radio traffic of that minute; shots were fired at two cars."


def opened(job: Walkthrough, url: str) -> Page:
    page = job.page
    page.goto(url + "alerts/")
    open_alert(page, LIST)
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    return page


def at_its_head(job: Walkthrough, text: str) -> None:
    """A step, on a page where nothing lies beneath the plate, which stays in sight on a phone."""
    job.page.evaluate("scrollTo(0, 0)")
    job.step(text)


@pytest.mark.clause("6.e.iv.3/danger", "6.h.iv/custody")
def test_two_people_at_one_alert_by_keyboard_until_danger_overrides_the_checks(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    import_list(live_hub, tmp_path, LIST, "SDV305")
    live_hub.drive_by("SDV305")
    live_hub.drive_by("SDV305", again=True)
    officer, colleague, sergeant = (signed_in(name) for name in ("ada", "ben", "carla"))
    ada, ben = (opened(job, live_hub.url) for job in (officer, colleague))

    # Single keys for pictures and steps, inactive while somebody types.
    ada.keyboard.press("Escape")
    ada.keyboard.press(".")
    expect(ada.locator("[data-frame-shown]")).to_have_text("2")
    expect(ada.locator(".plate-image .view img")).not_to_have_js_property("naturalWidth", 0)
    ada.keyboard.press("i")
    ada.keyboard.press("+")
    expect(ada.get_by_role("button", name="Invert")).to_have_attribute("aria-pressed", "true")
    at_its_head(officer, "the second picture of a vehicle, inverted and zoomed by keys")
    ada.keyboard.press("1")
    ada.keyboard.type("sdv305")
    expect(ada.get_by_label("Plate as you read it")).to_have_value("sdv305")
    ada.keyboard.press("Tab")
    ada.keyboard.type("nm")

    ben.keyboard.type("SDV8")
    ada.get_by_role("heading", name="Close the alert").click()
    ada.get_by_label("Narrative").fill(BEGUN)
    ada.get_by_label("State", exact=True).press("Enter")
    expect(ada.locator("summary:has(#step-read)")).to_contain_text("SDV305 NM, the listed plate")
    # A completed step takes nothing from another.
    expect(ada.get_by_label("Narrative")).to_have_value(BEGUN)
    expect(ada.get_by_label("Narrative")).to_be_visible()
    at_its_head(officer, "what was begun in another step is still there after one is done")
    status = ben.get_by_role("status").filter(has_text="Ada Archuleta")
    expect(status).to_contain_text("Read SDV305 NM: the listed plate. What you typed is still here.")
    expect(ben.get_by_label("Plate as you read it")).to_have_value("SDV8")
    expect(ben.locator("#stage")).to_have_text("Plate confirmed")
    colleague.step("an open page says who went on with the alert")
    ben.get_by_label("State", exact=True).focus()
    ben.keyboard.type("New M")
    expect(ben.get_by_label("State", exact=True)).to_have_value("NM")
    ben.keyboard.press("Enter")
    expect(ben.locator("#said")).to_contain_text("was already confirmed, by Ada Archuleta")
    expect(ben.locator("#said .unsaved")).to_contain_text("SDV8")
    expect(ben.locator("[data-moved] .moved")).to_have_count(0)
    colleague.step("the second who reads a plate is told who read it, and sees what was not recorded")

    chief = signed_in("hector")
    chief.page.goto(live_hub.url + "overrides/exception/")
    chief.page.get_by_label("Basis").fill("General order 14: shots fired, or a child in danger of life.")
    until = clock.now() + timedelta(days=7)
    chief.page.get_by_label("Until").fill(until.strftime("%Y-%m-%dT%H:%M"))
    chief.page.get_by_role("button", name="Allow the exception").click()
    expect(chief.page.get_by_role("heading", name="Allowed until")).to_be_visible()
    chief.step("the Chief allows the exception, which the policy does not know")
    ada.reload()
    ada.keyboard.press("4")
    expect(ada.get_by_text("Imminent danger: override missing checks")).to_be_focused()
    ada.keyboard.press("Enter")
    ada.get_by_label("Danger that leaves no time for the checks").fill("Officer safety, imminent danger")
    ada.get_by_role("button", name="Override the checks").click()
    expect(ada.locator("#said")).to_contain_text("danger that leaves no time for the checks is not described")
    ada.get_by_label("Danger that leaves no time for the checks").fill(WHY)
    at_its_head(officer, "a generic reason overrides nothing")
    page = sergeant.page
    page.goto(live_hub.url + "alerts/")
    ada.get_by_role("button", name="Override the checks").click()
    expect(ada.locator("#said")).to_contain_text("review: Carla Chavez")
    at_its_head(officer, "the checks are overridden, and it says with whom the review is")

    banner = page.get_by_role("region", name="Overridden checks")
    expect(banner).to_contain_text("Imminent danger: checks overridden. Agent Ada Archuleta")
    sergeant.step("the open queue of the supervisor hears of it")
    page.goto(live_hub.url + "overrides/")
    sergeant.step("overrides that wait for review")
    page.locator("tbody a").first.click()
    sergeant.step("an override and what is needed to review it")
    page.get_by_label("What you reviewed, and why").fill(FINDING)
    page.get_by_role("button", name="Justified", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is recorded; Ada Archuleta was notified")
    expect(ada.get_by_role("status").filter(has_text="Carla Chavez")).to_contain_text("justified")

    # One key says that it is not a match, and one undoes that; else the alert closes by itself.
    ada.keyboard.press("r")
    expect(ada.locator("#steps")).to_contain_text(FINDING)
    ada.keyboard.press("v")
    expect(ada.locator("#marked")).to_contain_text("Closing as not a match: wrong vehicle class.")
    at_its_head(officer, "one key says that it is no match")
    ada.keyboard.press("u")
    expect(ada.locator("#said")).to_contain_text(
        "Undone: “Wrong vehicle class”. The alert is open as before."
    )
    ada.keyboard.press("v")
    expect(ada.locator("#marked")).to_be_visible()
    keeper = signed_in("gloria")
    keeper.page.goto(live_hub.url + "hotlists/")
    expect(ada.locator("#stage")).to_have_text("Closed")
    expect(ada.locator("#marked")).to_have_count(0)
    expect(ada.locator("section:has(#step-close)")).to_contain_text("No enforcement action was taken.")
    at_its_head(officer, "it closed by itself, and the next alert is offered")
    keeper.page.get_by_role("link", name=LIST, exact=True).click()
    keeper.page.get_by_text("Errors found when its alerts were checked").click()
    keeper.step("what people found wrong stands in the list's record")
