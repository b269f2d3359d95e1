"""The style sheet has what pages use of USWDS (frontend/uswds.mjs)."""

import re
from pathlib import Path

import plateward

ROOT = Path(plateward.__file__).parent
USWDS = ROOT.parent / "node_modules/@uswds/uswds/dist/css/uswds.min.css"
CLASS = re.compile(r"\busa-[\w-]+")


def test_no_font_that_comes_late_moves_the_page() -> None:
    fonts = re.findall(r"@font-face{[^}]*}", (ROOT / "web/static/dist/app.css").read_text())
    assert fonts
    assert all("font-display:optional" in font for font in fonts)


def test_the_style_sheet_has_every_class_that_a_page_uses() -> None:
    files = [*ROOT.rglob("*.html"), *(file for file in ROOT.rglob("*.py") if "tests" not in file.parts)]
    used = {name for file in files for name in CLASS.findall(file.read_text())}
    known = set(CLASS.findall(USWDS.read_text()))
    assert used & known
    assert used & known <= set(CLASS.findall((ROOT / "web/static/dist/app.css").read_text()))
