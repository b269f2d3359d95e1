"""What a wheel has that a checkout does not: the commit that it is made of, and, in place of the tests, which of them
cite which row, for `plateward policy report`."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


class Written(BuildHookInterface):
    """Writes both into the build's folder, and puts them into the wheel. `citations = false` leaves the second out."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, str(ROOT))
        from plateward.ground.policy.citations import CITED_BY_TESTS, collect_citations, written
        from plateward.version import COMMIT, commit

        files = {COMMIT: commit()}
        if self.config.get("citations", True):
            files[str(CITED_BY_TESTS)] = written(collect_citations(ROOT / "plateward").tests)
        for name, text in files.items():
            file = Path(self.directory) / Path(name).name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            build_data["force_include"][str(file)] = f"plateward/{name}"
