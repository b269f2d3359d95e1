"""What every page must be, for every viewer: marked, accessible, and no wider than the screen."""

import os
import re
from itertools import count
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, expect

from plateward.testing import REPOSITORY, skip_or_fail

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {390: 844, 1280: 900}  # a phone, and a desk
SCREENS = os.environ.get("PLATEWARD_SCREENS")  # a folder: save a screenshot of every page there
MARKING = "CJI: investigative lead only, verify before acting"
_number = count(1)
TRAITS = Path(__file__).with_name("traits.js").read_text()  # by which axe-core judges a page's elements
# Without the rules whose violations never count (`violations`). Not preloaded: that would fetch every style sheet and
# sound again for two rules, one moderate, one experimental.
RUN = """() => {
  const light = axe._audit.rules.filter(rule => ['minor', 'moderate'].includes(rule.impact));
  const rules = Object.fromEntries(light.map(rule => [rule.id, {enabled: false}]));
  return axe.run({resultTypes: ['violations'], preload: false, rules}).then(results => results.violations);
}"""
# Of the night only what it changes: words of a color, size and ground that none before them had (`proven`).
RUN_AT_NIGHT = """async proven => {
  const {dataset} = document.documentElement, day = dataset.scheme, known = new Set(proven);
  dataset.scheme = 'dark';
  const ground = at => at && (style => style.backgroundColor === 'rgba(0, 0, 0, 0)' ? ground(at.parentElement)
    : style.backgroundColor)(getComputedStyle(at));
  const fresh = [...document.querySelectorAll('body *')].filter(at => {
    const worded = at.matches('input, select, textarea')
      || [...at.childNodes].some(({nodeType, data}) => nodeType === 3 && data.trim());
    const seen = at.checkVisibility({visibilityProperty: true, opacityProperty: true});
    if (!worded || !seen || at.matches(':disabled')) return false;
    const {color, fontSize, fontWeight} = getComputedStyle(at), look = [color, fontSize, fontWeight, ground(at)].join();
    return !known.has(look) && known.add(look);
  });
  const options = {resultTypes: ['violations'], preload: false, runOnly: ['color-contrast']};
  const {violations} = fresh.length ? await axe.run(fresh, options) : {violations: []};
  if (day === undefined) delete dataset.scheme;
  else dataset.scheme = day;
  return [violations, [...known]];
}"""
_judged: set[int] = set()
_proven_at_night: list[str] = []


def marked(_: str, page: Page) -> None:
    """The page is rendered, with its marking in view."""
    page.wait_for_load_state("load")
    expect(page.get_by_text(MARKING, exact=True)).to_be_in_viewport()


def look(step: str, page: Page) -> None:
    """Check the page as it is, at both widths: its marking and width, and its accessibility, by day and at night, if
    anything but its words is new in any element."""
    if not AXE.exists():
        skip_or_fail(f"{AXE} is not there: ./run setup")
    page.wait_for_load_state("load")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_text(MARKING, exact=True)).to_be_in_viewport()
        if SCREENS:
            name = "-".join(re.findall(r"[a-z0-9]+", step.lower())[:7])
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(
                    path=Path(SCREENS) / f"{next(_number):03}-{width}-{name}-{scheme}.png", full_page=True
                )
            page.emulate_media(color_scheme="light")
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{step}: at {width} the page is {wide} pixels too wide"
        traits = page.evaluate(TRAITS)
        if not _judged.issuperset(traits):
            assert violations(page) == [], f"{step}: at {width}"
            assert violations_at_night(page) == [], f"{step}: at {width}, at night"
            _judged.update(traits)


def violations(page: Page) -> list[str]:
    """The accessibility violations that axe-core finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    return _worded(page.evaluate(RUN))


def violations_at_night(page: Page) -> list[str]:
    """Those of the dark scheme's colors, on a page that `violations` has just looked at."""
    results, proven = page.evaluate(RUN_AT_NIGHT, _proven_at_night)
    if not results:
        _proven_at_night[:] = proven
    return _worded(results)


def _worded(results: list[dict[str, Any]]) -> list[str]:
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'][:200] for node in violation['nodes']]}"
        for violation in results
        if violation["impact"] in ("serious", "critical")
    ]
