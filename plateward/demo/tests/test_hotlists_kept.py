"""The administrator's work on hot lists: a format described, a load held, a list set up, a large file."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

SAMPLE = "SV 1|QRS 481|TX|FORD F15|01/31/2090\nEXP|QRS 482|TX|FORD|\nSV 2|QRS 483|ZZ|FORD|\n"


@pytest.mark.clause("5.f/reasons")
def test_a_format_is_described_while_its_lines_are_shown_and_then_loads_a_file(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "hotlists/formats/")
    page.get_by_role("link", name="Describe a format").click()
    page.get_by_label("Name", exact=True).fill("Texas trailer list")
    page.get_by_label("Between the columns").select_option(label="Vertical bar")
    page.get_by_label("Or a file").set_input_files(
        {"name": "texas.txt", "mimeType": "text/plain", "buffer": SAMPLE.encode()}
    )
    expect(page.get_by_label("First lines of a file")).to_have_value(SAMPLE)
    page.get_by_label("Plate from").fill("2")
    page.get_by_label("State from").fill("3")
    page.get_by_label("Reason from").fill("1")
    preview = page.get_by_role("table", name="As they would be loaded").locator("tbody tr")
    expect(preview.nth(0)).to_contain_text("'SV 1' is not a reason")
    value = page.locator("details.value")
    value.filter(has=page.get_by_label("Reason from")).get_by_text("Change what is there").click()
    page.get_by_label("Reason: transform").fill("word 1")
    page.get_by_label("Reason: value map").fill("SV = stolen_vehicle\nEXP = -")
    expect(preview.nth(0)).to_contain_text("Stolen vehicle")
    expect(preview.nth(0)).to_contain_text("QRS 481")
    expect(preview.nth(1)).to_contain_text("the format skips lines with 'EXP'")
    expect(preview.nth(2)).to_contain_text("'ZZ' is not a state's two letters")
    page.locator("summary", has_text="Expires").click()
    page.get_by_label("Expires from").fill("5")
    value.filter(has=page.get_by_label("Expires from")).get_by_text("Change what is there").click()
    page.get_by_label("Expires: dates").select_option(label="01/31/2027")
    expect(preview.nth(0)).to_contain_text("January 31, 2090")
    page.get_by_label("Reason: value map").fill("ICE = wanted_person")
    expect(page.locator("#preview")).to_contain_text("SB 40 does not allow plate readers for immigration")
    page.get_by_label("Reason: value map").fill("SV = stolen_vehicle\nEXP = -")
    expect(preview.nth(0)).to_contain_text("Stolen vehicle")
    job.step("a format is described, with its first lines beside it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Texas trailer list, version 1 is saved")
    job.step("the formats that there are")

    page.get_by_role("link", name="Load a file").click()
    page.get_by_label("List", exact=True).fill("Texas trailers")
    page.get_by_label("Source", exact=True).fill("Texas DPS")
    page.get_by_label("Format").select_option(label="Texas trailer list")
    page.get_by_label("File").set_input_files(
        {"name": "texas.txt", "mimeType": "text/plain", "buffer": SAMPLE.encode()}
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table", name="Rejected").locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Replace list").click()
    expect(page.get_by_role("status")).to_contain_text("1 added, 0 changed, 0 removed, 2 rejected")


@pytest.mark.clause("5.h/reports")
def test_a_load_that_halves_a_list_is_held_until_somebody_approves_it(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    head = "plate,state,reason,priority,expires\n"

    def look(entries: int) -> None:
        rows = "".join(f"ZHL{n:03d},NM,stolen_vehicle,low,\n" for n in range(entries))
        page.goto(live_hub.url + "hotlists/import")
        page.get_by_label("List", exact=True).fill("Halving list")
        page.get_by_label("Source", exact=True).fill("District 5")
        page.get_by_label("File").set_input_files(
            {"name": "half.csv", "mimeType": "text/csv", "buffer": (head + rows).encode()}
        )
        page.get_by_role("button", name="Preview").click()

    look(120)
    page.get_by_role("button", name="Replace list").click()
    look(30)
    expect(page.get_by_role("alert")).to_contain_text("The list would shrink from 120 to 30 entries (25 %")
    job.step("a load that is held, with its figures")
    page.goto(live_hub.url + "hotlists/")
    expect(page.get_by_text("half.csv for Halving list")).to_be_visible()
    job.step("the lists with their health, and what waits")
    page.get_by_role("link", name="half.csv for Halving list").click()
    page.get_by_role("button", name="Approve, and replace list").click()
    expect(page.get_by_role("status")).to_contain_text("90 removed")


@pytest.mark.clause("6.c.ii/lists")
def test_a_list_is_set_up_for_its_audience_and_a_reason_is_added(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    page.goto(live_hub.url + "hotlists/")
    page.get_by_role("link", name="New list").click()
    page.get_by_label("Name", exact=True).fill("Burglary crew")
    page.get_by_label("Source", exact=True).fill("District 5")
    page.get_by_label("Kind").select_option(label="This agency's own list")
    page.get_by_label("New copy due by").fill("6 am")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is not a time of day such as 06:00").first).to_be_visible()
    page.get_by_label("New copy due by").fill("06:00")
    page.get_by_label("Stale after (hours)").fill("48")
    page.get_by_label("Look-alike characters").select_option(label="Show, without sound")
    job.step("a list's settings")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The settings of Burglary crew are saved")

    page.get_by_role("link", name="Feeds").click()
    page.get_by_role("link", name="Burglary crew").click()
    page.get_by_text("An SFTP server", exact=True).click()
    page.get_by_label("File", exact=True).fill("crew*.csv")
    job.step("the feed of a list")

    page.goto(live_hub.url + "hotlists/reasons/")
    page.get_by_label("Reason", exact=True).fill("Immigration hold")
    page.get_by_label("Legal basis").fill("8 USC 1357")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("SB 40 does not allow plate readers for immigration").first).to_be_visible()
    page.get_by_label("Reason", exact=True).fill("Stolen trailer")
    page.get_by_label("Legal basis").fill("NMSA 1978, 30-16D-4")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("row", name="Stolen trailer")).to_be_visible()
    job.step("the reasons to seek a plate")


@pytest.mark.clause("5.h/import")
def test_a_large_file_is_sent_in_parts_and_previewed_by_the_hub_itself(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("gloria")
    page = job.page
    line = "V{0:09d}NM000000020260105LG{0:06d}  NM2027PC2019CHEVTAH4DBLK\n"
    content = "HEADER\n" + "".join(line.format(n) for n in range(70_000))
    assert len(content) > 4 * 1024 * 1024
    page.goto(live_hub.url + "hotlists/import")
    page.get_by_label("List", exact=True).fill("Large list")
    page.get_by_label("Source", exact=True).fill("NCIC")
    page.get_by_label("Format").select_option(label="NCIC extract (VEHEXTRT)")
    page.get_by_label("File").set_input_files(
        {"name": "VEHEXTRT.txt", "mimeType": "text/plain", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Changes to")).to_be_visible(timeout=180_000)
    expect(page.locator(".counts")).to_contain_text("70,000")
    job.step("what a large file would change")
    page.get_by_role("button", name="Discard the file").click()
    expect(page.get_by_role("status")).to_contain_text("VEHEXTRT.txt is discarded")
