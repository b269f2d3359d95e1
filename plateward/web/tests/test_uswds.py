"""The style sheet has the components of USWDS that pages use (frontend/uswds.mjs)."""

import re
from pathlib import Path

import plateward
from plateward.web.templatetags.components import WIDGET_CLASSES

ROOT = Path(plateward.__file__).parent
NAME = re.compile(r"\busa-([a-z-]+?)(?=__|--|[^a-z-])")


def test_the_style_sheet_has_every_component_that_a_page_uses() -> None:
    listed = (
        (ROOT.parent / "frontend" / "uswds.mjs").read_text().partition("COMPONENTS = [")[2].partition("]")[0]
    )
    pages = [file.read_text() for file in ROOT.rglob("*.html")]
    used = {
        name
        for text in [*pages, *(f"{name} " for name in WIDGET_CLASSES.values())]
        for name in NAME.findall(text)
    }
    assert used
    assert used <= set(re.findall(r'"([a-z-]+)"', listed))
