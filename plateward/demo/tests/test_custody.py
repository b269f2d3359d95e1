"""An officer prints a picture; the chain of custody has it, for her and for an auditor. Paper has no other picture."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plateward.demo.agency import MEMBERS
from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import import_list, open_alert
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
USE = "For Agent Begay, who compares the car with the store's video of that night."


@pytest.mark.clause("6.h.iv/custody", "6.h.iv/safeguard", "6.e.iii/marked", "6.h.iii/approval")
def test_a_picture_goes_to_paper_only_with_a_name_on_it(
    live_hub: LiveHub,
    window: Callable[..., Walkthrough],
    log_in: Callable[..., None],
    signed_in: Callable[..., Walkthrough],
    tmp_path: Path,
) -> None:
    import_list(live_hub, tmp_path, "Quay County", "TRC711")
    live_hub.drive_by("TRC711")
    ada = window()
    log_in(
        ada, next(member for member in MEMBERS if member.username == "ada")
    )  # just now: so no proof is asked for
    page = ada.page
    page.goto(live_hub.url + "alerts/")
    open_alert(page, "Quay County")
    picture = page.get_by_alt_text("Vehicle photograph")
    expect(picture).to_be_visible()
    page.emulate_media(media="print")
    expect(picture).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("heading", name="Trail, list and papers").click()
    page.get_by_role("link", name="Print or download").click()
    ada.step("a copy of a picture is asked for")
    page.get_by_label("CAD or case number").fill("2026-00412")
    page.get_by_text("A disclosure for another").click()
    page.get_by_text("Officers of this agency").click()
    page.get_by_label("Who gets it").fill("For the case")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_text("Refused:")).to_be_visible()
    page.get_by_label("Who gets it").fill(USE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    expect(page.get_by_text("Refused:")).to_have_count(0)  # the page stays, its refusal does not
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    assert Path(download.value.path()).read_bytes().startswith(b"\xff\xd8")
    page.get_by_role("button", name="Print both").click()
    pictures = page.get_by_alt_text("as photographed, with your mark")
    expect(pictures).to_have_count(2)
    ada.step("both pictures on paper")
    page.emulate_media(media="print")
    expect(pictures.first).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.emulate_media(media="screen")
    page.goto(live_hub.url + "alerts/")
    open_alert(page, "Quay County")
    page.get_by_role("heading", name="Trail, list and papers").click()
    page.get_by_role("link", name="Chain of custody").click()
    address = page.url
    for words in ("Captured", "Received", "Matched", "Viewed", "Copied", "Printed"):
        expect(page.get_by_role("rowheader", name=words).first).to_be_visible()
    ada.step("the chain of custody of a picture")
    auditor = signed_in("nora")
    auditor.page.goto(live_hub.url + "custody/")
    auditor.step("an auditor finds a read")
    auditor.page.get_by_label("Alert number or read ID").fill(address.split("/")[-2])
    auditor.page.get_by_role("button", name="Find").click()
    expect(auditor.page.get_by_role("rowheader", name="Printed")).to_contain_text("for 2026-00412")
    expect(auditor.page.get_by_text("TRC711")).to_have_count(0)
