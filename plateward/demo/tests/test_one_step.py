"""The main job by keyboard alone, by touch alone, and as a screen reader hears it: one step is open."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from plateward.demo.smoke import STORY, Walkthrough
from plateward.demo.tests.alerts import import_list, on_file, open_alert
from plateward.demo.tests.live import LiveHub

pytestmark = [
    pytest.mark.browser,
    pytest.mark.clause("6.e.iv.3/order", "6.e.vii/verified", "6.e.vii/thorough"),
]

IN_REACH = """at => {
  const {top, bottom} = at.getBoundingClientRect(), bar = document.getElementById('bar');
  return top >= 0 && bottom <= (bar.contains(at) ? innerHeight : bar.getBoundingClientRect().top + 1);
}"""


def listed(live_hub: LiveHub, folder: Path, name: str, plate: str) -> None:
    import_list(live_hub, folder, name, plate)
    on_file(
        live_hub, plate=plate, state="NM", nic=f"V0000{plate[-3:]}99"[:10], ori="TX0000000", oca="26-000777"
    )
    live_hub.drive_by(plate)


def opened(job: Walkthrough, url: str, name: str) -> Page:
    page = job.page
    page.goto(f"{url}alerts/")
    open_alert(page, name)
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    return page


def bar(page: Page, name: str) -> Locator:
    return page.locator("#bar").get_by_role("button", name=name)


def test_the_job_is_done_by_keyboard_alone_and_the_focus_is_always_in_the_next_step(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    listed(live_hub, tmp_path, "Luna County", "LUN314")
    job = signed_in("ada")
    page = opened(job, live_hub.url, "Luna County")
    keys = page.keyboard
    expect(page.get_by_label("Plate as you read it")).to_be_focused()
    keys.type("lun314")
    keys.press("Tab")
    keys.type("nm")
    keys.press("Enter")
    expect(page.get_by_role("radio", name="Car", exact=True)).to_be_focused()
    page.get_by_role("radio", name="Pickup", exact=True).press("Space")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")  # presses the bar's first button
    expect(bar(page, "Query NCIC")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("Hit, not confirmed yet", exact=True)).to_be_visible()
    encounter = page.get_by_role("radio", name=re.compile("Encounter"))
    expect(encounter).to_be_focused()
    keys.press("Space")
    keys.press("Enter")
    expect(page.get_by_label("Persons stopped")).to_be_focused()
    keys.type("1")
    for group in ("Was force used?", "Was property recovered?"):
        for _ in range(4):
            keys.press("Tab")
            if page.get_by_role("group", name=group).evaluate("at => at.contains(document.activeElement)"):
                break
        keys.press("ArrowRight")
        keys.press("ArrowRight") if page.get_by_role("group", name=group).get_by_label(
            "Yes"
        ).is_checked() else None
    while not page.get_by_label("Narrative").evaluate("at => at === document.activeElement"):
        keys.press("Tab")
    keys.type(STORY)
    keys.press("Tab")
    while not bar(page, "Close the alert").evaluate("at => at === document.activeElement"):
        keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#stage")).to_have_text("Closed")
    job.step("the job is done by keyboard")


def test_the_job_is_done_by_touch_with_the_next_button_always_in_reach(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    listed(live_hub, tmp_path, "Hidalgo County", "HDL271")
    job = signed_in("ada", touch=True)
    page = job.page
    page.set_viewport_size({"width": 390, "height": 844})
    opened(job, live_hub.url, "Hidalgo County")

    def go_on(name: str) -> None:
        assert bar(page, name).evaluate(IN_REACH), name
        bar(page, name).tap()

    plate = page.get_by_label("Plate as you read it")
    view = page.locator(".plate-image .view")
    above, below = view.bounding_box(), plate.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"]
    page.get_by_role("button", name="NM", exact=True).tap()
    expect(plate).to_be_focused()  # by that press, which a phone's keyboard needs
    plate.press_sequentially("HDL271")
    go_on("Confirm plate")
    page.get_by_text("Pickup", exact=True).tap()
    page.get_by_text("Red, maroon", exact=True).tap()
    go_on("I see this plate on this vehicle")
    go_on("Query NCIC")
    expect(page.get_by_text("Hit, not confirmed yet", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send the request").tap()
    expect(page.get_by_text("Hit confirmed", exact=True)).to_be_visible()
    # The answer takes the place of what it makes untrue.
    expect(page.locator("#said")).to_contain_text("The record is valid")
    expect(page.locator("#said")).not_to_contain_text("The request was sent")
    expect(view).to_be_in_viewport()
    page.get_by_role("button", name="Send to dispatch").tap()
    expect(page.locator("#bar")).to_contain_text("Dispatch: call")
    page.get_by_text("Investigation", exact=True).tap()
    go_on("Record action")
    page.get_by_label("Persons stopped").fill("0")
    for group in ("Was force used?", "Was property recovered?"):
        page.get_by_role("group", name=group).get_by_text("No", exact=True).tap()
    page.get_by_label("Narrative").fill(STORY)
    go_on("Close the alert")
    expect(page.locator("#stage")).to_have_text("Closed")
    expect(page.locator("#bar .next a")).to_be_in_viewport()


def test_a_screen_reader_hears_five_steps_one_of_them_current_with_what_was_recorded(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    listed(live_hub, tmp_path, "Grant County", "GRN558")
    job = signed_in("ada")
    page = opened(job, live_hub.url, "Grant County")
    steps = page.get_by_role("list", name="Steps")
    expect(steps).to_match_aria_snapshot(
        """
        - list "Steps":
          - listitem:
            - region "1 Read the plate":
              - heading "1 Read the plate" [level=2]
              - group "State, by one press"
              - textbox "Plate as you read it"
              - combobox "State"
          - listitem:
            - heading "2 Look at the vehicle" [level=2]
          - listitem:
            - heading "3 Verify with NCIC" [level=2]
          - listitem:
            - heading "4 Act" [level=2]
          - listitem:
            - group:
              - heading "5 Close the alert" [level=2]
        """
    )
    expect(page.get_by_role("region", name="Next step")).to_match_aria_snapshot(
        '- button "Send to dispatch"\n- button "Confirm plate"'
    )
    job.read_plate("GRN558", "NM")
    expect(steps.locator("[aria-current=step]")).to_match_aria_snapshot(
        """
        - listitem:
          - region "2 Look at the vehicle on the road":
            - heading "2 Look at the vehicle on the road" [level=2]
            - group "Vehicle class":
              - radio "Car"
            - group "Its color"
        """
    )
    expect(page.get_by_role("status").filter(has_text="matches the listed plate")).to_be_visible()
    page.get_by_role("button", name="Stale entry").press("Enter")
    expect(page.locator("#marked")).to_contain_text("Closing as not a match: stale entry.")
    expect(bar(page, "Undo")).to_be_visible()
