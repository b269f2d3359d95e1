"""A headless Chromium that drives the demo as a person would."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

from plateward.demo.processes import DemoError

CHROMIUM = Path(os.environ.get("PLATEWARD_CHROMIUM", "/usr/bin/chromium"))
# No sandbox, since tests and containers run as root; and none of Chromium's own calls home.
FLAGS = [
    "--no-sandbox",
    "--autoplay-policy=user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    "--no-first-run",
    # Playwright's own list, which this replaces, and what costs a window two more processes: the pages behind its
    # address bar, and one in stock for another site.
    "--disable-features="
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess",
]


@contextmanager
def chromium(path: Path = CHROMIUM, flags: Sequence[str] = FLAGS) -> Iterator[Browser]:
    """The browser. Raises DemoError if it is missing or does not start."""
    if not path.exists():
        raise DemoError(
            f"There is no Chromium at {path}: apt-get install chromium, or set PLATEWARD_CHROMIUM."
        )
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=str(path), args=flags)
        except BrowserError as failed:
            raise DemoError(f"{path} does not start: {str(failed).splitlines()[0]}") from failed
        try:
            yield browser
        finally:
            browser.close()
