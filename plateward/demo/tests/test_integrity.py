"""The integrity monitor as IT Support sees it: green, then red after a byte was changed on the disk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

# What the monitor does by itself within a few minutes; the hub's own may have the check just now.
RUN = """
import time
from django.conf import settings
from plateward.ground import clock
from plateward.oversight.integrity import actions
from plateward.oversight.integrity.models import CheckState
settings.INTEGRITY_SHARE = 90  # so that one run goes over all images
images = actions.checks()["reads.images"]
actions.checks = lambda: {images.key: images}
actions.run_due()
while CheckState.objects.filter(pk=images.key, next_at__lte=clock.now()).exists():
    time.sleep(0.1)
    actions.run_due()
"""


def change(file: Path) -> None:
    """One byte of images, as a failing disk changes it."""
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)


@pytest.mark.clause("6.b.i.3/integrity", "6.c.i.3/role", "6.e.iii/marked")
def test_a_changed_byte_is_red_and_named(live_hub: LiveHub, signed_in: Callable[..., Walkthrough]) -> None:
    live_hub.drive_by("NTG538")
    live_hub.ask(RUN)
    job = signed_in("frank")
    page = job.page
    page.goto(live_hub.url + "integrity/")
    images = page.locator("tr", has_text="Stored images")
    expect(images).to_contain_text("Green")
    job.step("the integrity monitor")
    images_folder = live_hub.home / "hub" / "data" / "images"
    newest = max(images_folder.glob("*.seg"), key=lambda file: file.stat().st_mtime)
    change(newest)
    images.get_by_role("link", name="Stored images").click()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("status")).to_contain_text("within seconds")
    live_hub.ask(RUN)
    page.reload()
    expect(page.get_by_text("is missing, cut or altered")).to_be_visible()
    expect(page.get_by_text("NTG538")).to_have_count(0)
    job.step("a check with a problem")
    page.goto(live_hub.url + "integrity/")
    expect(page.get_by_text("need attention").or_(page.get_by_text("needs attention"))).to_be_visible()
    job.step("the integrity monitor with a red check")
    change(newest)  # as it was: other tests look at this picture
