"""The style sheet has the components of USWDS that pages use (frontend/uswds.mjs)."""

import re
from pathlib import Path

import pytest

import plateward

ROOT = Path(plateward.__file__).parent
FRONTEND = ROOT.parent / "frontend"
NAME = re.compile(r"\busa-([a-z-]+?)(?=__|--|[^a-z-])")
VARIANT = re.compile(r"\busa-[a-z_-]+?--([a-z]+)")


def test_no_font_that_comes_late_moves_the_page() -> None:
    fonts = re.findall(r"@font-face{[^}]*}", (ROOT / "web/static/dist/app.css").read_text())
    assert fonts
    assert all("font-display:optional" in font for font in fonts)


@pytest.mark.parametrize(("listed", "name"), [("COMPONENTS", NAME), ("VARIANTS", VARIANT)])
def test_the_style_sheet_has_every_component_and_variant_that_a_page_uses(
    listed: str, name: re.Pattern[str]
) -> None:
    kept = (FRONTEND / "uswds.mjs").read_text().partition(f"{listed} = [")[2].partition("]")[0]
    files = [
        *ROOT.rglob("*.html"),
        *(file for file in ROOT.rglob("*.py") if "tests" not in file.parts),
        *(file for file in (FRONTEND / "src").iterdir() if file.suffix in {".js", ".css"}),
    ]
    used = {found for file in files for found in name.findall(file.read_text())}
    assert used
    assert used <= set(re.findall(r'"([a-z-]+)"', kept))
