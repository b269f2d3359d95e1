"""What every page must be, for every viewer: marked, accessible, and no wider than the screen."""

import os
import re
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from plateward.testing import REPOSITORY, skip_or_fail

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {390: 844, 1280: 900}  # a phone, and a desk
SCREENS = os.environ.get("PLATEWARD_SCREENS")  # a folder: save a screenshot of every page there
MARKING = "CJI: investigative lead only, verify before acting"
_number = count(1)
# A page's structure without its words: elements, their meaning to a screen reader, how they look.
SHAPE = """() => [...document.querySelectorAll('body, body *')].map(e => [
  e.tagName, e.className, e.id.replace(/[0-9]+/g, ''), e.getAttribute('role'), e.type, e.hidden, e.disabled,
  !!e.textContent.trim(), e.getAttributeNames().filter(n => n.startsWith('aria-')).join()
].join('|')).join('\\n')"""
# Without the rules whose violations never count (`violations`). Not preloaded: that would fetch every style sheet and
# sound again for two rules, one moderate, one experimental.
RUN = """() => {
  const light = axe._audit.rules.filter(rule => ['minor', 'moderate'].includes(rule.impact));
  const rules = Object.fromEntries(light.map(rule => [rule.id, {enabled: false}]));
  return axe.run({resultTypes: ['violations'], preload: false, rules}).then(results => results.violations);
}"""
_looked_at: set[tuple[int, str]] = set()


def marked(_: str, page: Page) -> None:
    """The page is rendered, with its marking in view."""
    page.wait_for_load_state("load")
    expect(page.get_by_text(MARKING, exact=True)).to_be_in_viewport()


def look(step: str, page: Page) -> None:
    """Check the page as it is, at both widths: its marking and width, and its accessibility if anything but its words
    is new."""
    if not AXE.exists():
        skip_or_fail(f"{AXE} is not there: ./run setup")
    page.wait_for_load_state("load")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_text(MARKING, exact=True)).to_be_in_viewport()
        if SCREENS:
            name = "-".join(re.findall(r"[a-z0-9]+", step.lower())[:7])
            page.screenshot(path=Path(SCREENS) / f"{next(_number):03}-{width}-{name}.png", full_page=True)
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{step}: at {width} the page is {wide} pixels too wide"
        shape = (width, page.evaluate(SHAPE))
        if shape not in _looked_at:
            assert violations(page) == [], f"{step}: at {width}"
            _looked_at.add(shape)


def violations(page: Page) -> list[str]:
    """The accessibility violations that axe-core finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    results: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'][:200] for node in violation['nodes']]}"
        for violation in results
        if violation["impact"] in ("serious", "critical")
    ]
