"""An alert of a new list, opened in the queue; what rings on a page."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from plateward.demo.tests.live import LiveHub


def import_list(live_hub: LiveHub, folder: Path, name: str, *plates: str, priority: str = "high") -> None:
    file = folder / "list.csv"
    lines = [f"{plate},NM,stolen_vehicle,{priority},\n" for plate in plates]
    file.write_text("".join(["plate,state,reason,priority,expires\n", *lines]))
    live_hub.command("hotlist", "import", str(file), "--list", name, "--source", name)


def on_file(live_hub: LiveHub, **record: str) -> None:
    """Add a plate to NCIC, whose simulator watches its file."""
    file = live_hub.home / "ncic.json"
    file.write_text(json.dumps([*json.loads(file.read_text()), record]))


def open_alert(page: Page, source: str) -> None:
    page.locator("tbody a", has_text=f"({source})").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("possible hit: stolen vehicle")


def alarm(page: Page, captured: str) -> Locator:
    """The card of the alert whose read was captured at that time."""
    return page.locator("[data-ringing] .alarm", has_text=captured)


def rung(page: Page) -> int:
    """How often this page has rung."""
    return int(page.locator("html").get_attribute("data-alarms-rung") or 0)


def silence(page: Page) -> None:
    """Acknowledge what rings from other tests."""
    page.wait_for_function(
        "() => document.documentElement.dataset.alarm !== undefined"
    )  # it knows what rings
    page.evaluate("document.querySelectorAll('.alarm [data-acknowledge]').forEach((one) => one.click())")
    expect(page.locator("[data-ringing] .alarm")).to_have_count(0)
