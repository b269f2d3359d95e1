"""Every page that each role can open is marked, accessible, fits a telephone, and loads nothing from elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Job
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser

OWN_ACCOUNT = [
    "/account/",
    "/account/password/",
    "/account/passkeys/",
    "/account/passkeys/add/",
    "/account/totp/remove/",
    "/account/recovery/new/",
]


@pytest.mark.clause("6.e.iii")
@pytest.mark.parametrize(
    ("username", "pages"),
    [
        ("ben", ["/alerts/", "/hotlists/", "/hotlists/1/", *OWN_ACCOUNT]),
        ("elena", ["/alerts/", "/alerts/1/", "/hotlists/", "/account/"]),
        ("carla", ["/alerts/", "/hotlists/", "/account/"]),
        (
            "gloria",
            ["/hotlists/", "/hotlists/import", "/fleet/", "/people/", "/audit/", "/account/", "/nowhere/"],
        ),
    ],
)
def test_every_page_of_a_role_is_for_everybody(
    live_hub: LiveHub, signed_in: Callable[..., Job], username: str, pages: list[str]
) -> None:
    live_hub.drive_by("KTH347")
    job = signed_in(username)
    page = job.page
    page.goto(live_hub.url)
    offered = {str(link.get_attribute("href")) for link in page.locator("nav .usa-nav__link").all()}
    assert offered <= set(pages)
    for path in pages:
        page.goto(live_hub.url + path.removeprefix("/"))
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        job.step(f"{username} opens {path}")
