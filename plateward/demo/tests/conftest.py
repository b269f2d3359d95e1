"""An agency and a Chromium for all browser tests. Every request of every window must go to the hub."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Cookie, Page, Request, expect

from plateward import testing
from plateward.demo.agency import MEMBERS, Member
from plateward.demo.browser import CHROMIUM, FLAGS, chromium
from plateward.demo.smoke import Walkthrough
from plateward.demo.tests.live import LiveHub, running
from plateward.demo.tests.look import look, marked
from plateward.people.testing import totp_code

PEOPLE = {member.username: member for member in MEMBERS}
PATIENCE = 60_000  # ms, on the slowest machine
PROOF_USED_FOR = 240.0  # seconds; after ten minutes sensitive acts ask for a new one
SHELL = Path("/usr/bin/chromium-headless-shell")  # Chromium without windows: takes 44 % less time
# No script runs long enough to repay what its optimization takes: a quarter of axe-core's time.
UNOPTIMIZED = [*FLAGS, "--js-flags=--no-opt --no-maglev"]


@pytest.fixture(scope="package")
def live_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """The running demo; its own reader reads only where a test puts it `on_the_road`."""
    testing.chromium()
    with running(tmp_path_factory.mktemp("agency")) as live:
        yield live


@pytest.fixture(scope="package")
def browser(live_hub: LiveHub) -> Iterator[Browser]:
    """Chromium; Debian's package for tests if installed, unless another was requested."""
    expect.set_options(timeout=PATIENCE)
    path = CHROMIUM if "PLATEWARD_CHROMIUM" in os.environ or not SHELL.exists() else SHELL
    with chromium(path, UNOPTIMIZED) as started:
        yield started


@pytest.fixture
def whole_browser(browser: Browser) -> Iterator[Browser]:
    """Full Chromium with everything a person has, such as notifications."""
    started = browser.browser_type.launch(executable_path=str(CHROMIUM), args=UNOPTIMIZED)
    yield started
    started.close()


KEEPS_NOTHING = "Object.defineProperty(window, 'indexedDB', { value: undefined })"
# A map that is drawn without graphics hardware takes most of a page's time, and most pages with one are about something
# else: they say that this browser has no WebGL.
NO_WEBGL = """
const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith('webgl') ? null : context.call(this, kind, ...more);
};
"""


@pytest.fixture
def window(browser: Browser, live_hub: LiveHub) -> Iterator[Callable[..., Walkthrough]]:
    """Opens a window for a new person, at the hub or at `url`; each step in it is checked."""
    contexts: list[BrowserContext] = []
    elsewhere: list[str] = []
    # The database behind a page changes neither its width nor what a screen reader finds in it.
    looked = marked if "PLATEWARD_DATABASE_URL" in os.environ else look

    def opened(
        url: str = live_hub.url,
        seen: Callable[[str, Page], None] = looked,
        within: Browser = browser,
        *,
        keyed: bool = False,
        maps: bool = False,
        touch: bool = False,
    ) -> Walkthrough:
        """`keyed`: bind its session to a key, as for everybody. Otherwise its cookies may continue in another
        window. `maps`: draw the maps of its pages."""

        def note(request: Request) -> None:
            if not request.url.startswith((url, f"blob:{url}", "data:")):
                elsewhere.append(request.url)

        job = Walkthrough(within, url, seen, touch=touch)
        job.page.set_default_timeout(PATIENCE)
        job.page.context.on("request", note)
        if not keyed:
            job.page.context.add_init_script(KEEPS_NOTHING)
        if not maps:
            job.page.context.add_init_script(NO_WEBGL)
        contexts.append(job.page.context)
        return job

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []


@pytest.fixture(scope="package")
def _cookies() -> dict[str, tuple[float, list[Cookie]]]:
    """When people signed in, and their cookies: a code counts once, so that nobody signs in more often than needed."""
    return {}


@pytest.fixture(scope="package")
def _codes() -> dict[str, str]:
    """By whom: the code that was shown when they last signed in."""
    return {}


@pytest.fixture
def log_in(
    _cookies: dict[str, tuple[float, list[Cookie]]], _codes: dict[str, str]
) -> Callable[[Walkthrough, Member], None]:
    """Signs in by hand, through the pages. That ends the person's earlier session: the next window continues with
    this."""

    def by_hand(job: Walkthrough, member: Member) -> None:
        while totp_code(member.secret) == _codes.get(member.username):  # a code counts once
            time.sleep(0.5)
        job.log_in(member)
        _codes[member.username] = totp_code(member.secret)
        _cookies[member.username] = time.monotonic(), job.page.context.cookies()

    return by_hand


@pytest.fixture
def signed_in(
    window: Callable[..., Walkthrough],
    live_hub: LiveHub,
    log_in: Callable[[Walkthrough, Member], None],
    _cookies: dict[str, tuple[float, list[Cookie]]],
) -> Callable[..., Walkthrough]:
    """Opens a window in which this member of the cast is signed in, not long ago."""
    here: set[str] = set()  # to sign in again within a test would end the session of its first window

    def opened(username: str, url: str = live_hub.url, **how: Any) -> Walkthrough:
        since, _ = _cookies.get(username, (-PROOF_USED_FOR, []))
        if username not in here and time.monotonic() - since >= PROOF_USED_FOR:
            log_in(window(seen=lambda *_: None), PEOPLE[username])
        here.add(username)
        _, cookies = _cookies[username]
        job = window(url, **how)
        job.page.context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
        return job

    return opened
