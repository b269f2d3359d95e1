"""From the camera to the disposition, in a single window: what `plateward demo --smoke` does, checked closely."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.utils.html import strip_tags
from playwright.sync_api import Page, expect

from plateward.demo.agency import Member
from plateward.demo.smoke import ADA, Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]
PLATE, SPACED = "MRD583", "MRD 583"


CLOSED_BY_AN_ENCOUNTER = {
    "outcome": "encounter",
    "persons_stopped": "1",
    "force_used": "no",
    "recovered": "no",
    "narrative": "Stopped the red pickup at mile 12 before anybody had verified it.",
}


def post(page: Page, act: str, fields: Mapping[str, str]) -> tuple[int, str]:
    """Send this to the alert on the page, as a page of the hub would, with or without its form."""
    token = page.locator("#steps [name=csrfmiddlewaretoken]").first.input_value()
    answer = page.context.request.post(
        f"{page.url}{act}", form={"csrfmiddlewaretoken": token, **fields}, headers={"Referer": page.url}
    )
    return answer.status, answer.text()


def post_encounter(page: Page) -> tuple[int, str]:
    """Request an encounter on it."""
    return post(page, "act", {"kind": "encounter"})


LAST_PACKAGE = """
from plateward.work.evidence.package.models import Package
package = Package.objects.get(pk=max(Package.objects.values_list("pk", flat=True)))
print(bytes(package.timestamp).hex(), package.tag_manifest.encode().hex())
"""


def assert_timestamped(live_hub: LiveHub, folder: Path) -> None:
    """The last evidence package has a timestamp that OpenSSL accepts."""
    texts = live_hub.ask(LAST_PACKAGE).split()
    response, manifest = folder / "timestamp.tsr", folder / "tagmanifest-sha256.txt"
    for file, text in zip((response, manifest), texts, strict=True):
        file.write_bytes(bytes.fromhex(text))
    authority = live_hub.home / "tsa" / "ca.pem"
    check = ["openssl", "ts", "-verify", "-in", str(response), "-data", str(manifest)]
    done = subprocess.run([*check, "-CAfile", str(authority)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.clause(
    "5.b/browser",
    "5.g/source",
    "6.e.iii/marked",
    "6.e.iv.3/order",
    "6.e.vii/verified",
    "6.e.vii/thorough",
    "6.a.iv/dems",
    "6.a.iv/overdue",
    "6.e.iv.4/evidence",
    "6.e.iv.4/overdue",
    "AC-8/banner",
)
def test_an_alert_is_read_observed_verified_acted_on_and_closed_in_that_order_only(
    live_hub: LiveHub,
    window: Callable[..., Walkthrough],
    log_in: Callable[[Walkthrough, Member], None],
    signed_in: Callable[..., Walkthrough],
    tmp_path: Path,
) -> None:
    job = window()
    page = job.page
    log_in(job, ADA)
    job.sound_on()
    live_hub.drive_by("GHY851")
    with live_hub.on_the_road():
        job.await_alert("Stolen vehicle (NCIC)")
    expect(page.locator("main")).to_contain_text("Stolen vehicle (NCIC)")

    job.open_alert("Stolen vehicle (NCIC)")
    source = page.content()
    assert PLATE not in source
    assert SPACED not in source
    status, answer = post_encounter(page)
    assert status == 409
    assert "clause 6.e.iv.3" in strip_tags(answer)
    assert PLATE not in answer

    job.read_plate(PLATE, "NM")
    page.get_by_role("heading", name="Close the alert").click()
    expect(page.locator(".outcome")).to_contain_text("Vehicle not located or not stopped")
    page.get_by_text("Why no other outcome").click()
    expect(page.locator(".not-offered")).to_contain_text("No encounter is recorded on this alert.")
    job.step("an outcome that cannot be recorded is not offered, and it says why")
    status, answer = post(page, "dispose", CLOSED_BY_AN_ENCOUNTER)
    assert status == 409
    assert "Refused: No encounter is recorded on this alert." in answer
    expect(page.locator("#stage")).not_to_have_text("Closed")
    why_not = page.locator("li:has(#step-act) .why-not")
    expect(why_not).to_contain_text("No encounter, investigation or enforcement yet.")
    expect(why_not).to_contain_text("clause 6.e.iv.3")
    page.get_by_role("heading", name="Close the alert").click()
    job.observe()
    expect(why_not).to_contain_text("Query NCIC first")
    assert post_encounter(page)[0] == 409

    job.verify()
    expect(why_not).to_be_hidden()
    job.act_and_close()
    expect(page.get_by_role("main")).to_contain_text("Arrests: 1")
    expect(page.get_by_role("main")).to_contain_text("The red pickup, in the yard.")

    page.get_by_role("link", name="Go to the export").click()
    job.step("a DEMS export is due after enforcement")
    live_hub.script_dems(mode="error")
    page.get_by_label("Case or CAD number").fill("2026-00587")
    page.get_by_role("button", name="Export to DEMS").click()
    expect(page.get_by_text("DEMS is not available now (HTTP 503).")).to_be_visible()
    page.reload()
    job.step("DEMS is down: the page says so, and the hub keeps trying")
    live_hub.script_dems(mode="normal")
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_text("the same here and in DEMS")).to_be_visible()
    job.step("DEMS has acknowledged the package")
    expect(page.get_by_role("main")).to_contain_text("Acknowledged by DEMS, item ITEM-2026-")
    assert_timestamped(live_hub, tmp_path)
    sergeant = signed_in("carla")
    sergeant.page.goto(live_hub.url + "alerts/dems/")
    sergeant.step("DEMS exports of people")
    expect(sergeant.page.get_by_role("row").filter(has_text="Acknowledged by DEMS").first).to_be_visible()
