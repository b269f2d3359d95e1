"""What a person sees when a page is refused or fails."""

import re
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Route, expect

from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub

pytestmark = pytest.mark.browser


def test_a_form_that_is_out_of_date_is_refused_with_a_page(
    live_hub: LiveHub, signed_in: Callable[..., Walkthrough]
) -> None:
    job = signed_in("ben")
    page = job.page
    page.goto(live_hub.url + "logout/")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="This form is out of date")).to_be_visible()
    job.step("a form that is out of date")


def test_pages_that_tests_cannot_reach_are_accessible_too(
    live_hub: LiveHub, window: Callable[..., Walkthrough]
) -> None:
    """As the hub renders them, under its own content policy."""
    job = window()
    page = job.page
    door = page.goto(live_hub.url)
    assert door
    policy = {"Content-Security-Policy": door.headers["content-security-policy"]}

    def fail(route: Route) -> None:
        status = route.request.url[-3:]
        text = render_to_string(f"{status}.html", {"problem": "The log cannot be written (OPR:50 6.b.i.10)."})
        route.fulfill(status=int(status), body=text, headers=policy, content_type="text/html")

    page.route(re.compile(r"/fail/\d{3}$"), fail)
    for status in (400, 403, 429, 500, 503):
        page.goto(f"{live_hub.url}fail/{status}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        job.step(f"the page of {status}")
