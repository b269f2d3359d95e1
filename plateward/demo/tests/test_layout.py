"""Where things are on a page: what waits is in sight, the navigation is one line, a check box lies within its row."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser
SIZES = [{"width": 1280, "height": 900}, {"width": 390, "height": 844}]
# Of each check box of a row: whether its center is within that row, and a press there is on it.
WITHIN = """() => [...document.querySelectorAll('.usa-table .usa-checkbox__label')].map((label) => {
  label.scrollIntoView({block: 'center'});
  const box = getComputedStyle(label, '::before'), at = label.getBoundingClientRect();
  const x = at.left + parseFloat(box.marginLeft) + parseFloat(box.width) / 2;
  const y = at.top + parseFloat(box.marginTop) + parseFloat(box.height) / 2;
  const row = label.closest('tr').getBoundingClientRect();
  return row.top < y && y < row.bottom && document.elementFromPoint(x, y) === label;
})"""


def test_what_waits_is_in_sight_and_boxes_are_within_their_rows(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    page = signed_in("gloria").page
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(live_hub.url)
        expect(page.get_by_role("heading", name="Waiting for you")).to_be_in_viewport(ratio=1)
        waiting = page.get_by_role("region", name="Waiting for you").get_by_role("link")
        expect(waiting.first).to_be_in_viewport(ratio=1)
    page.set_viewport_size(SIZES[0])  # type: ignore[arg-type]
    page.goto(live_hub.url + "people/")
    places = page.locator(".bar .usa-nav__link, .account > *").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({top, bottom}) => (top + bottom) / 2)"
    )
    assert max(places) - min(places) < 10  # one line
    page.goto(live_hub.url + "access/reviews/")
    if (
        opened := page.get_by_role("button", name="Open a review now")
    ).is_visible():  # not when a test runs again
        opened.click()
    expect(page.get_by_role("heading", level=1, name="Access review of")).to_be_visible()
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.reload()
        within = page.evaluate(WITHIN)
        assert within
        assert all(within)
