"""What searches show, in a browser: every view and pattern, for a plate and for a place. No page asks another host."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.cases import fill_case
from plateward.demo.tests.live import LiveHub

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]
REASON = (
    "Copper wire cut from the substation on Coors Blvd at 0240; the guard wrote down this plate as it left."
)
EMERGENCY = (
    "Armed man took a girl from the school lot on Cerrillos Rd ten minutes ago and left northbound on US 84."
)


@pytest.fixture
def passed(live_hub: LiveHub) -> None:
    for plate in ("RSL 401", "RSL 402", "RSL 401", "RSL 481"):
        live_hub.drive_by(plate.replace(" ", ""))
    live_hub.drive_by("RSL401", again=True)


def search(page: Page, hub: str) -> None:
    page.goto(f"{hub}searches/")
    fill_case(page, REASON)


def done(page: Page) -> None:
    expect(page.locator("[data-results=done]")).to_be_attached()


def test_a_log_in_that_is_never_confirmed_is_not_asked_for_without_end(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ada")
    page = job.page
    asked = []

    def not_confirmed(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/event-stream", body="event: again\ndata: {}\n\n")

    page.route("**/results/*/stream*", not_confirmed)
    search(page, live_hub.url)
    page.get_by_label("Plate", exact=True).fill("RSL 431")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Your log-in could not be confirmed")).to_be_visible()
    job.step("results without a confirmed log-in")
    page.wait_for_timeout(500)
    assert len(asked) == 4


def test_a_map_that_cannot_be_loaded_is_no_empty_result(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ada")
    page = job.page
    live_hub.drive_by("QTB927")
    page.route("**/chunks/results_map-*", lambda route: route.abort())
    search(page, live_hub.url)
    page.get_by_label("Plate", exact=True).fill("QTB 927")
    page.get_by_role("button", name="Search").click()
    done(page)
    page.get_by_role("link", name="Map", exact=True).click()
    done(page)
    expect(page.get_by_text("The map could not be loaded: the reads are not shown.")).to_be_visible()


@pytest.mark.clause("6.e.iii/marked", "6.h.iv/custody")
@pytest.mark.usefixtures("passed")
def test_a_plate_is_seen_as_pictures_in_a_table_on_a_map_and_by_hours(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ada", maps=True)
    page = job.page
    search(page, live_hub.url)
    page.get_by_label("Plate", exact=True).fill("RSL 401")
    page.get_by_text("Advanced: several plates").click()
    page.get_by_label("Compare the plate").select_option(label="Also one character different")
    page.get_by_role("button", name="Search").click()
    done(page)
    root = page.url.rsplit("/", 2)[0]
    expect(page.locator(".strip > li")).to_have_count(5)
    for picture in page.locator(".strip img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    expect(page.get_by_text("All 5 reads")).to_be_visible()
    job.step("the results as pictures")
    page.get_by_role("link", name="Table").click()
    done(page)
    expect(page.locator("mark.different")).to_have_count(2)
    job.step("the results in a table")
    page.get_by_role("link", name="Oldest").click()
    done(page)
    page.get_by_role("link", name="Map", exact=True).click()
    done(page)
    expect(page.locator("[data-map=ready]")).to_be_visible()
    expect(page.locator("[data-tiles-shown=yes]")).to_be_visible()  # of the site's own file
    expect(page.locator("[data-map-said]")).to_contain_text("5 of 5 reads")
    page.get_by_label("Time").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-map-said]")).to_contain_text("1 of 5 reads")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-map-said]")).not_to_contain_text("1 of 5 reads")
    page.get_by_role("button", name="Pause").click()
    job.step("the results on a map")
    page.get_by_role("link", name="Timeline").click()
    done(page)
    expect(page.locator(".hours td:not(.level-0)").first).to_be_attached()
    job.step("the results by hours")
    page.get_by_role("link", name="Last seen").click()
    expect(page.get_by_text("What this does not prove.")).to_be_visible()
    job.step("where it was last seen")
    page.get_by_role("link", name="Common stops").click()
    expect(page.locator("[data-map=ready]")).to_be_visible()
    job.step("common stops")
    page.goto(f"{root}/table/")
    done(page)
    page.locator("main").get_by_role("link", name="Open").first.click()
    expect(page.get_by_alt_text("The vehicle, as photographed")).to_be_visible()
    job.step("one read")


@pytest.mark.clause("6.e.iii/marked", "6.a.ii.2/place")
def test_a_place_is_drawn_and_whom_it_finds_is_masked(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    for plate in ("RSM401", "RSM402"):
        live_hub.drive_by(plate)
    ada, carla = (signed_in(name, maps=True) for name in ("ada", "carla"))
    page = ada.page
    search(page, live_hub.url)
    page.get_by_text("Advanced: several plates").click()
    kind = page.get_by_label("Search within")
    area = page.locator("input[name=area]")
    kind.select_option(label="A box")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Type its edges")).to_be_visible()  # half a place searches nothing
    canvas = page.locator("[data-area-map][data-map=ready] canvas")
    canvas.click(position={"x": 40, "y": 100})
    canvas.click(position={"x": 110, "y": 160})
    expect(area).to_have_value(re.compile(r'^{"box":'))
    kind.select_option(label="Along a road")
    for x in (30, 80, 130):
        canvas.click(position={"x": x, "y": 120})
    expect(area).to_have_value(re.compile(r'^{"road":'))
    page.get_by_role("button", name="Remove last point").click()
    ada.step("a road is drawn")
    kind.select_option(label="Around a town")
    page.get_by_label("Town").fill("Santa Fe")
    page.get_by_label("Miles around it").first.fill("8")
    expect(area).to_have_value(re.compile(r'^{"circle":'))
    ada.step("a town is named")
    place = area.input_value()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert").first).to_be_visible()  # it rests on nothing yet
    expect(kind).to_have_value("circle")
    expect(area).to_have_value(place)
    page.get_by_label("Basis").select_option(label="An emergency that leaves no time for a warrant")
    page.get_by_label("Warrant number, or the emergency in words").fill(EMERGENCY)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("This search needs your supervisor's approval").first).to_be_visible()
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    boss = carla.page
    boss.goto(f"{live_hub.url}searches/approvals/{number}/")
    expect(boss.get_by_text("Within 8.00 miles of")).to_be_visible()
    expect(boss.locator("[data-place][data-map=ready] canvas")).to_be_visible()
    carla.step("the place to approve")
    boss.get_by_role("button", name="Approve").click()
    page.goto(f"{live_hub.url}searches/{number}/")
    expect(page.get_by_text("Plates unmasked: 0 of 5 approved")).to_be_visible()
    ada.step("an approved search from a place")
    page.get_by_role("link", name="Show results").click()
    done(page)
    expect(page.get_by_text("not probable cause").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("RSM")
    for picture in page.locator(".strip img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        expect(picture).not_to_have_js_property("naturalWidth", 0)
        expect(picture).to_have_attribute("src", re.compile(r"/covered\.jpg"))
    ada.step("a place, masked")
    page.get_by_role("link", name="Table").click()
    done(page)
    ada.step("a place, masked, in a table")
    page.get_by_role("link", name="Unmask").first.click()
    page.get_by_label("Why this vehicle").fill("investigation")
    page.get_by_role("button", name="Unmask this vehicle").click()
    expect(page.get_by_role("alert").first).to_contain_text("Refused")
    ada.step("no word why")
    page.get_by_label("Why this vehicle").fill(
        "Red pickup northbound at 1402, as the clerk saw it leave with the girl on board."
    )
    page.get_by_role("button", name="Unmask this vehicle").click()
    expect(page.get_by_alt_text("The plate, as photographed")).to_be_visible()
    ada.step("one vehicle, unmasked")
    page.get_by_role("link", name="Traveled with").click()
    page.get_by_role("button", name="Find vehicles").click()
    ada.step("who traveled with it")
    page.get_by_role("link", name="Seen at both scenes").click()
    ada.step("both scenes")
