"""The style sheet has the components of USWDS that pages use (frontend/uswds.mjs)."""

import re
from pathlib import Path

import plateward

ROOT = Path(plateward.__file__).parent
FRONTEND = ROOT.parent / "frontend"
NAME = re.compile(r"\busa-([a-z-]+?)(?=__|--|[^a-z-])")


def test_the_style_sheet_has_every_component_that_a_page_uses() -> None:
    listed = (FRONTEND / "uswds.mjs").read_text().partition("COMPONENTS = [")[2].partition("]")[0]
    files = [
        *ROOT.rglob("*.html"),
        *(file for file in ROOT.rglob("*.py") if "tests" not in file.parts),
        *(file for file in (FRONTEND / "src").iterdir() if file.suffix in {".js", ".css"}),
    ]
    used = {name for file in files for name in NAME.findall(file.read_text())}
    assert used
    assert used <= set(re.findall(r'"([a-z-]+)"', listed))
