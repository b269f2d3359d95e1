"""The register of protected vehicles, and its effect on a file and a request: each step checked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.requests import LIST, WHY

pytestmark = pytest.mark.browser

CARS = "plate,state,kind,person,unit\nPT1204,NM,agency,,\nQZX 310,NM,personal,ben,\n,NM,agency,,\n"
ROWS = (
    "plate,state,reason,priority,expires\nZPV001,NM,stolen_vehicle,low,\nPTI2O4,NM,stolen_vehicle,low,\n"
    "PT12O4,,officer_safety,high,\n"
)


@pytest.mark.clause("6.a.ii.3/brake", "6.f.i.1/review")
def test_a_protected_vehicle_is_registered_and_listing_it_needs_extra_review(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    gloria, ada, carla = signed_in("gloria"), signed_in("ada"), signed_in("carla")
    page = gloria.page
    page.goto(live_hub.url + "hotlists/")
    page.get_by_role("link", name="Protected vehicles").click()
    page.get_by_role("link", name="Import a file").click()
    gloria.step("a file of protected vehicles is asked for")
    page.get_by_label("CSV file").set_input_files(
        {"name": "cars.csv", "mimeType": "text/csv", "buffer": CARS.encode("utf-8-sig")}
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table", name="Rejected")).to_contain_text("enter the plate")
    gloria.step("what a file of protected vehicles would add")
    page.get_by_role("button", name="Add 2 vehicles").click()
    expect(page.get_by_role("status")).to_contain_text("2 vehicles added; 1 line rejected")

    page.goto(live_hub.url + "hotlists/import")
    page.get_by_label("List", exact=True).fill("Poisoned list")
    page.get_by_label("Source", exact=True).fill("District 5")
    page.get_by_label("File").set_input_files(
        {"name": "poisoned.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 4 names a vehicle of the agency")
    gloria.step("a load that names a vehicle of the agency is held")
    page.get_by_role("button", name="Approve, and replace list").click()
    expect(page.get_by_role("status")).to_contain_text("3 added")
    page.goto(live_hub.url + "hotlists/protected/")
    expect(page.get_by_role("link", name="1 entry in force")).to_be_visible()
    gloria.step("the register, and which entries name one of its vehicles")
    page.get_by_role("table", name="On a list now").get_by_role("link", name="PT12O4").click()
    gloria.step("an entry that names a vehicle of the agency")

    page = ada.page
    page.goto(live_hub.url + "hotlists/requests/ask")
    page.get_by_label("List", exact=True).select_option(label=LIST)
    page.get_by_label("Plate", exact=True).fill("QZX 31O")
    page.get_by_label("Reason").select_option(label="Property crime")
    page.get_by_label("Narrative").fill(WHY)
    page.get_by_label("CAD or case number").fill("2026-00587")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("alert")).to_contain_text("a vehicle of the agency or of one of its people")
    expect(page.get_by_text("Ben Begay")).to_have_count(0)
    ada.step("the requester is warned before it is sent in")
    page.get_by_text("I reviewed the entries above").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("submitted")

    page = carla.page
    page.goto(live_hub.url + "hotlists/requests/review/")
    page.get_by_role("row", name="QZX 31O").get_by_role("link").click()
    expect(page.get_by_text("It names a private vehicle of Ben Begay, QZX 310 NM.")).to_be_visible()
    carla.step("the reviewer is warned, with the name")
    page.get_by_label("Message to requester").fill("There is no case.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("status")).to_contain_text("refused")
