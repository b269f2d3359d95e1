"""Searches, as an officer asks, a supervisor approves and the administrator stops them: each step checked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.cases import fill_case
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
REASON = "Catalytic converter cut off at the Allsup's lot on Main St at 0315; clerk's camera shows this plate leaving."
# Another test transfers Ben to Ada's unit.
BEN_OF_THE_READERS_UNIT = """
from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.fleet.models import Reader
from plateward.people.models import Person
with act(HUB, Event.PERSON_UPDATE, "person:ben"):
    Person.objects.filter(username="ben").update(unit=Reader.objects.get(name="unit-14").unit)
"""
BARRED = "Driver is undocumented; ICE wants to know where he lives, seen Sunday on Alamo Rd."


@pytest.mark.clause("6.e.vi/generic", "6.e.vi/number", "6.a.ii.2/brake")
def test_searched_again_in_the_same_case_approved_and_stopped(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    ada, carla, gloria = signed_in("ada"), signed_in("carla"), signed_in("gloria")
    page = ada.page
    page.goto(live_hub.url + "searches/")
    ada.step("an officer searches")
    page.get_by_label("Plate", exact=True).fill("bkt 419")
    fill_case(page, "Drug investigation.")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert")).to_contain_text("This reason is not accepted")
    ada.step("a reason that could be any case is refused with help")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Search")
    expect(page.get_by_text("Its results are open until")).to_be_visible()
    ada.step("a search that runs")

    page.goto(live_hub.url + "searches/")
    expect(page.get_by_label("Offense or event")).to_be_hidden()
    ada.step("the case is remembered")
    page.get_by_label("Reason").fill("A neighbor saw this car wait at the lot from 0305 until the van left.")
    page.get_by_text("Witness", exact=True).click()
    page.get_by_label("Plate", exact=True).fill("KWD 530")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Its results are open until")).to_be_visible()

    page.goto(live_hub.url + "searches/")
    page.get_by_text("Advanced: several plates").click()
    ada.step("what is seldom needed")
    page.get_by_label("More plates").fill("TRV 881\nTRV 882")
    # CAD does not name them: it is marked.
    page.get_by_text("Named in the case record", exact=True).click()
    page.get_by_label("Reason").fill("A clerk wrote down both plates of the trucks that met the van at 0320.")
    page.get_by_role("button", name="Search").click()
    expect(
        page.get_by_role("heading", name="This search needs your supervisor's approval").or_(
            page.get_by_text("This search needs your supervisor's approval.").first
        )
    ).to_be_visible()
    ada.step("a search that waits")
    page.goto(live_hub.url + "searches/own/")
    ada.step("my searches")

    page = carla.page
    page.goto(live_hub.url + "searches/approvals/")
    carla.step("searches to approve")
    page.get_by_role("row", name="TRV881").get_by_role("link").click()
    carla.step("a search with all that is needed to decide it")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("approved")
    page.goto(live_hub.url + "searches/marked/")
    carla.step("marked searches")
    page.get_by_role("button", name="Ask Ada Archuleta").first.click()
    expect(page.get_by_role("status")).to_contain_text("asked")
    page.goto(live_hub.url + "searches/flagged/")
    carla.step("flagged numbers")

    page = ada.page
    page.goto(live_hub.url + "searches/")
    page.get_by_label("Plate", exact=True).fill("KWD 530")
    fill_case(page, BARRED)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("alert")).to_contain_text("administrator")
    ada.step("a barred purpose stops")
    page = gloria.page
    page.goto(live_hub.url + "searches/stopped/")
    gloria.step("stopped requests")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    gloria.step("a stopped request")
    page.get_by_label("Why").fill("It asks for immigration enforcement in plain words.")
    page.get_by_role("button", name="Barred by law").click()
    expect(page.get_by_role("status")).to_contain_text("barred by law")


@pytest.mark.clause("6.e.ii/own", "6.e.ii/share")
def test_a_read_of_the_shift_is_shared_with_a_colleague(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    live_hub.drive_by("ZXQ551")
    live_hub.ask(BEN_OF_THE_READERS_UNIT)
    ben, ada = signed_in("ben"), signed_in("ada")
    page = ben.page
    page.goto(live_hub.url + "reads/")
    ben.step("my unit's reads")
    while not (read := page.get_by_role("link", name="ZXQ551")).is_visible():
        with page.expect_navigation():  # or the next look would be at the page before
            page.get_by_role("link", name="Earlier reads").click()
    read.click()
    page.get_by_label("Your colleague").fill("ada")
    page.get_by_label("Purpose").fill(
        "Compare its left side with the hit and run on Lohman Ave in 2026-00412."
    )
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Shared with Ada Archuleta")
    ben.step("a read of the own unit, shared")
    address = page.url
    page.goto(live_hub.url + "reads/")
    ben.step("what I share")
    page = ada.page
    page.goto(address)
    expect(page.get_by_text("Ben Begay shares it with you")).to_be_visible()
    ada.step("a read that a colleague shares")
