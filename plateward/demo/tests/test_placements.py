"""Where readers may record, and who decides about their area: each step checked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
FAR = """
from plateward.people.models import District, Unit
Unit.objects.get_or_create(name="Unit 90", defaults={"district": District.objects.get_or_create(name="District 9")[0]})
"""


@pytest.mark.clause("6.a.ii.1/basis", "6.e.v/installed", "6.e.v/transfer")
def test_a_readers_place_is_recorded_and_command_staff_keep_it_in_its_area(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.ask(FAR)
    gloria, hector = signed_in("gloria", maps=True), signed_in("hector")
    page = gloria.page
    page.goto(live_hub.url + "fleet/placements/")
    gloria.step("placements")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    gloria.step("the placement of a reader")
    page.get_by_text("Add a deployment").click()
    expect(page.locator("[data-map=ready]")).to_be_visible()
    expect(page.locator("[data-zone-said]")).to_contain_text("If it has an area, press")
    page.get_by_label("Place").fill("Lot behind 400 Central Avenue")
    page.get_by_text("Court order or search warrant").click()
    page.get_by_label("Grounds").fill("Second Judicial District Court, warrant 26-114: this lot alone.")
    page.get_by_label("Begins").fill("2090-01-01T08:00")  # nothing is ended meanwhile
    page.get_by_role("button", name="Submit to command staff").click()
    expect(page.get_by_text("A court order or warrant has an end.").first).to_be_visible()
    gloria.step("a warrant without an end")
    page.get_by_label("Ends (optional)").fill("2090-01-11T08:00")
    page.get_by_role("button", name="Submit to command staff").click()
    expect(page.locator("li", has_text="Lot behind 400 Central Avenue").first).to_contain_text("Waiting for")
    page.get_by_text("Assign it").click()
    page.get_by_label("Officer or inspector").select_option(label="Ada Archuleta")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status")).to_contain_text("Ada Archuleta now has the vehicle")
    page.get_by_text("Request a transfer to another area").click()
    page.get_by_label("To unit").select_option(label="Unit 90")
    page.get_by_role("textbox", name="Vehicle").fill("Car 4411")
    page.get_by_role("textbox", name="Reason").fill("Vehicle thefts there tripled since March.")
    page.get_by_role("button", name="Submit to command staff").click()
    expect(page.get_by_text("The reader stays where it is until they decide")).to_be_visible()
    gloria.step("a transfer that waits")

    page = hector.page
    page.goto(live_hub.url + "fleet/placements/")
    hector.step("placements, for the chief")
    page.get_by_role("link", name="Unit 90").click()
    transfer = page.get_by_role("region", name="Waiting for command staff")
    transfer.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("The reason is too short.").first).to_be_visible()
    hector.step("a denial without a reason")
    transfer.get_by_role("textbox", name="Reason").fill("District 5 needs it until the summer is over.")
    transfer.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("status")).to_contain_text("Transfer denied")
    hector.step("a transfer denied")

    page = gloria.page
    page.goto(live_hub.url + "fleet/placements/zones/")
    expect(page.locator("[data-map=ready]")).to_be_visible()
    canvas = page.locator(".maplibregl-canvas")
    canvas.click(position={"x": 150, "y": 100})
    expect(page.get_by_label("Latitude")).not_to_have_value("")
    canvas.click(position={"x": 152, "y": 100})
    expect(page.get_by_label("Radius in meters")).not_to_have_value("")
    gloria.step("an exclusion zone is drawn")
    for label, value in (("Name", "Clinic on Alder Road"), ("Latitude", "10"), ("Longitude", "10")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Radius in meters").fill("150")
    page.get_by_label("Kind of place").select_option("health")
    page.get_by_role("textbox", name="Reason").fill("Its entrance is not in public view.")
    page.get_by_role("button", name="Add zone").click()
    gloria.step("exclusion zones")
    page.get_by_text("End it").first.click()
    page.get_by_label("Why it ends").first.fill("The clinic has moved away.")
    page.get_by_role("button", name="End Clinic on Alder Road").click()
    expect(page.get_by_text("The clinic has moved away.")).to_be_visible()
