"""What tests share lies beside them, not in one of them."""

import ast
from pathlib import Path

import plateward

PACKAGE = Path(plateward.__file__).parent


def test_no_test_module_imports_from_another() -> None:
    imports = [
        f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        and any(
            name.startswith("test_")
            for name in [*(node.module or "").split("."), *(a.name for a in node.names)]
        )
    ]
    assert imports == [], (
        "shared helpers go to the room's testing.py or tests/<noun>.py, fixtures to its conftest.py"
    )
