"""Every page that each role can open is marked, accessible, fits a phone, and loads nothing from elsewhere."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.alerts import import_list, open_alert
from plateward.demo.tests.live import LiveHub
from plateward.demo.tests.look import MARKING
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.browser

OWN_ACCOUNT = [
    "/account/",
    "/account/password/",
    "/account/passkeys/",
    "/account/passkeys/add/",
    "/account/totp/remove/",
    "/account/recovery/new/",
]
ASKING = ["/access/ask/", "/access/ask/?person=ada", "/access/waiting/", "/access/recovery/"]


@pytest.fixture(scope="module")
def _alert(live_hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> None:
    """It rings on the pages of those who see alerts."""
    import_list(live_hub, tmp_path_factory.mktemp("list"), "Curry County", "CRY204")
    live_hub.drive_by("CRY204")


@pytest.mark.clause("6.e.iii/marked")
@pytest.mark.usefixtures("_alert")
@pytest.mark.parametrize(
    ("username", "pages"),
    [
        (
            "ben",
            [
                "/alerts/",
                "/searches/",
                "/hotlists/",
                "/hotlists/1/",
                "/fleet/checks/",
                "/breaches/report/",
                "/mail/settings/",
                *OWN_ACCOUNT,
            ],
        ),
        (
            "ada",
            [
                *("/alerts/", "/hotlists/", "/fleet/checks/", "/fleet/checks/1/", "/fleet/checks/1/check"),
                *("/fleet/malfunctions/", "/fleet/malfunctions/1/", "/fleet/malfunctions/report/1/"),
                *("/searches/", "/searches/own/", "/reads/", "/reader/"),
            ],
        ),
        ("frank", ["/fleet/", "/fleet/checks/", "/fleet/malfunctions/1/", "/integrity/"]),
        ("elena", ["/alerts/", "/alerts/1/", "/searches/", "/dispatch/", "/map/", "/hotlists/", "/account/"]),
        (
            "carla",
            [
                "/alerts/",
                "/alerts/dispositions/",
                "/alerts/dems/",
                "/evidence/",
                "/searches/",
                "/searches/approvals/",
                "/searches/flagged/",
                "/dispatch/",
                "/alerts/outcomes/",
                "/hotlists/",
                "/overrides/",
                "/fleet/checks/",
                "/findings/",
                "/investigations/",
                "/investigations/open/",
                "/retention/holds/",
                "/retention/holds/place/",
                "/retention/evidence/adjudicate/",
                "/people/",
                "/training/",
                "/access/ask/",
                "/access/recovery/",
                "/account/",
            ],
        ),
        (
            "gloria",
            [
                "/alerts/outcomes/",
                "/searches/stopped/",
                "/hotlists/",
                "/hotlists/import",
                "/hotlists/add",
                "/hotlists/1/settings",
                "/hotlists/feeds/",
                "/hotlists/feeds/1/",
                "/hotlists/formats/",
                "/hotlists/formats/add",
                "/hotlists/formats/ncic",
                "/hotlists/reasons/",
                "/fleet/",
                "/fleet/malfunctions/technicians/",
                "/alerts/outcomes/",
                "/people/",
                "/training/",
                "/findings/",
                "/findings/thresholds/",
                "/investigations/",
                "/reviews/",
                "/breaches/",
                "/compliance/",
                "/integrity/",
                "/retention/",
                "/retention/schedule/propose/",
                "/retention/evidence/",
                "/retention/orders/",
                "/retention/certificates/",
                "/audit/",
                "/mail/",
                "/account/",
                "/nowhere/",
                "/records/rules/",
            ],
        ),
        (
            "gloria",
            [
                "/records/rules/",
                *("/alerts/outcomes/", "/hotlists/", "/fleet/", "/people/", "/training/", "/audit/"),
                *("/searches/stopped/", "/findings/", "/investigations/", "/reviews/", "/breaches/"),
                *("/compliance/", "/retention/"),
                *(*ASKING, "/access/new/"),
            ],
        ),
        (
            "hector",
            [
                "/records/",
                *("/alerts/outcomes/", "/searches/", "/hotlists/", "/overrides/"),
                *("/hotlists/requests/review/", "/hotlists/requests/later/", "/fleet/checks/"),
                *(
                    "/alerts/outcomes/",
                    "/people/",
                    "/training/",
                    "/findings/",
                    "/investigations/",
                    "/reviews/",
                    "/breaches/",
                    "/compliance/",
                    "/retention/",
                    "/retention/holds/",
                    "/audit/",
                    "/access/waiting/",
                    "/access/offices/",
                    "/access/notices/",
                ),
            ],
        ),
        ("jack", ["/access/mine/"]),
        ("lena", ["/people/", "/breaches/", "/audit/"]),
        (
            "marco",
            [
                *("/people/", "/training/", "/findings/", "/investigations/", "/investigations/open/"),
                *("/investigations/own/", "/reviews/", "/breaches/", "/audit/"),
            ],
        ),
        (
            "iris",
            [
                "/records/",
                "/records/new/",
                "/records/rules/",
                "/custody/",
                "/retention/",
                "/retention/evidence/",
            ],
        ),
        (
            "nora",
            [
                "/alerts/outcomes/",
                "/findings/",
                "/investigations/",
                "/reviews/",
                "/custody/",
                "/retention/",
                "/audit/",
            ],
        ),
    ],
)
def test_every_page_of_a_role_is_for_everybody(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], username: str, pages: list[str]
) -> None:
    job = signed_in(username)
    page = job.page
    page.goto(live_hub.url)
    offered = {str(link.get_attribute("href")) for link in page.locator("nav .usa-nav__link").all()}
    assert offered <= {"/", *pages}
    for path in ("/", *pages):
        page.goto(live_hub.url + path.removeprefix("/"))
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        job.step(f"{username} opens {path}")


@pytest.mark.clause("6.e.iii/marked")
def test_the_phone_menu_is_open_to_screen_readers_and_leaves_the_marking_in_view(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    page = signed_in("gloria").page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_hub.url + "audit/")
    page.get_by_role("button", name="Menu", exact=True).click()
    close = page.get_by_role("button", name="Close menu")
    expect(close).to_be_visible()
    box = page.get_by_text(MARKING, exact=True).bounding_box()
    assert box
    assert box["y"] == 0
    for x in (5, 385):
        assert page.evaluate(f"document.elementFromPoint({x}, {box['height'] / 2}).textContent") == MARKING
    close.click()
    expect(close).to_be_hidden()


def test_an_alert_with_many_pictures_is_no_wider_than_its_screen_and_dark_at_night(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough], tmp_path: Path
) -> None:
    import_list(live_hub, tmp_path, "Catron County", "CTN618")
    live_hub.drive_by("CTN618")
    for _ in range(17):
        live_hub.drive_by("CTN618", again=True)
    job = signed_in("ada", maps=True)
    job.page.goto(live_hub.url + "alerts/")
    open_alert(job.page, "Catron County")
    expect(job.page.locator(".frames label")).to_have_count(18)
    job.step("eighteen pictures of a vehicle")

    page = job.page
    drawn = page.locator("[data-map=ready]")
    assert brightness(drawn.screenshot()) > 150
    page.get_by_role("button", name="Night").click()
    wait_until(lambda: brightness(drawn.screenshot()) < 80)  # the map that is there already, too
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    expect(page.get_by_role("button", name="Night")).to_have_attribute("aria-pressed", "true")
    job.step("an alert at night")


def brightness(picture: bytes) -> float:
    """The mean of a picture, from 0 to 255."""
    return ImageStat.Stat(Image.open(BytesIO(picture)).convert("L")).mean[0]
