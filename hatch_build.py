"""The wheel has no tests. What it has in their place: which of them cite which row, for `plateward policy report`."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


class CitedByTests(BuildHookInterface):
    """Writes the list into the build's folder, and puts it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, str(ROOT))
        from plateward.ground.policy.citations import CITED_BY_TESTS, collect_citations, written

        file = Path(self.directory) / CITED_BY_TESTS.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(collect_citations(ROOT / "plateward").tests), encoding="utf-8")
        build_data["force_include"][str(file)] = f"plateward/{CITED_BY_TESTS}"
