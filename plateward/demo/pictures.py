"""`./run pictures`: the three pictures of README.md, docs/pictures/*.png, of a demo of its own."""

import io
import os
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from plateward.demo.browser import chromium
from plateward.demo.run import PORTS, agency, say

FOLDER = Path("docs/pictures")
COLORS = 128  # of a picture's palette
MOST_BYTES = 200_000  # each, in the repository
CASE, PICKUP = "2026-00412", "MRD583"
REASON = "The clerk at mile 12 wrote down this plate: the red pickup left with the register at 0315."


def take(page: Page, name: str) -> None:
    """What the window shows, in few colors. Raises SystemExit for more bytes than the repository keeps."""
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    file = FOLDER / f"{name}.png"
    shown.quantize(COLORS, dither=Image.Dither.NONE).save(file, optimize=True)
    if (size := file.stat().st_size) > MOST_BYTES:
        raise SystemExit(f"{file} has {size:,} bytes; at most {MOST_BYTES:,} are kept in the repository.")
    say(f"{file}: {size:,} bytes.")


def take_all(browser: Browser, url: str) -> None:
    """An alert and a search as the officer, a review of the log as the auditor."""
    from plateward.demo.agency import MEMBERS
    from plateward.demo.smoke import Walkthrough  # needs settings, which the demo has made

    members = {member.username: member for member in MEMBERS}
    officer, auditor = (Walkthrough(browser, url, lambda *_: None) for _ in range(2))
    officer.log_in(members["ada"])
    officer.sound_on()
    officer.await_alert("Stolen vehicle (NCIC)")
    officer.open_alert("Stolen vehicle (NCIC)")
    officer.read_plate(PICKUP, "NM")
    take(officer.page, "alert")
    page = officer.page
    page.goto(f"{url}searches/")
    page.get_by_label("Plate", exact=True).fill(PICKUP)
    page.get_by_label("CAD or case number").fill(CASE)
    page.get_by_text("Video or another camera", exact=True).click()
    expect(page.get_by_label("Offense or event")).to_have_value("theft")  # CAD presets it
    page.get_by_label("Purpose").select_option(label="Investigation of a felony")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Its results are open until")).to_be_visible()
    take(page, "search")
    auditor.log_in(members["nora"])
    auditor.page.goto(f"{url}reviews/")
    auditor.page.locator("main tbody a, main li a").first.click()
    take(auditor.page, "oversight")


def main() -> None:
    """Take them in a demo of its own."""
    os.environ |= {name: os.environ.get(name, "0") for name in PORTS}
    FOLDER.mkdir(exist_ok=True)
    with agency(None, visible=False) as up, chromium() as browser:
        time.sleep(60)  # in which the demo's own reader makes alerts
        take_all(browser, up.url)


if __name__ == "__main__":
    main()
