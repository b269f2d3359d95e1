from pathlib import Path

import pytest

from plateward.ground.policy.citations import (
    CITED_BY_TESTS,
    Citation,
    CitationError,
    Citations,
    collect_citations,
    refuse_unknown,
    written,
)
from plateward.ground.policy.packs import packs
from plateward.ground.policy.report import report_lines

CODE = '''
from plateward.ground.policy import trace
from plateward.ground.policy.trace import enforces

@enforces("1.a", "1.b")
def act(): ...

@trace.enforces("2")
class Rule:
    @staticmethod
    @enforces("3")
    async def check(): ...

def enforces_nothing():
    """enforces("9")"""
    enforces("9")
'''
TESTS = """
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.clause("0")]

@pytest.mark.clause("1.a")
@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.clause("1.b")), 2])
def test_it_acts(n): ...

@pytest.mark.clause("2")
class TestRule:
    def test_it_checks(self): ...
    def helper(self): ...

def helper(): ...
"""


def invented(folder: Path, code: str = CODE, tests: str = TESTS) -> Path:
    package = folder / "house"
    (package / "room" / "tests").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "room" / "__init__.py").write_text(code)
    if tests:
        (package / "room" / "tests" / "test_room.py").write_text(tests)
    return package


def test_it_finds_each_decorator_and_its_line(tmp_path: Path) -> None:
    assert set(collect_citations(invented(tmp_path)).code) == {
        Citation("1.a", "house.room:5"),
        Citation("1.b", "house.room:5"),
        Citation("2", "house.room:8"),
        Citation("3", "house.room:11"),
    }


def test_it_finds_the_marks_of_functions_classes_and_modules(tmp_path: Path) -> None:
    file = "house/room/tests/test_room.py"
    assert set(collect_citations(invented(tmp_path)).tests) == {
        Citation("0", f"{file}::test_it_acts"),
        Citation("1.a", f"{file}::test_it_acts"),
        Citation("1.b", f"{file}::test_it_acts"),
        Citation("0", f"{file}::TestRule::test_it_checks"),
        Citation("2", f"{file}::TestRule::test_it_checks"),
    }


def test_an_installed_package_has_a_list_in_place_of_its_tests(tmp_path: Path) -> None:
    package = invented(tmp_path, tests="")
    (package / CITED_BY_TESTS).parent.mkdir(parents=True)
    cited = [Citation("1.a", "house/room/tests/test_room.py::test_it_acts")]
    (package / CITED_BY_TESTS).write_text(written(cited))
    assert list(collect_citations(package).tests) == cited


def test_it_refuses_an_id_that_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(CitationError, match=r"house\.room:1 must cite"):
        collect_citations(invented(tmp_path, code="@enforces(CLAUSE)\ndef act(): ..."))


def test_it_names_the_place_of_an_unknown_id() -> None:
    citations = Citations((Citation("6.h.iii/sale", "house.room:5"),), ())
    with pytest.raises(CitationError, match=r"house\.room:5 cites 6\.h\.iii/sale"):
        refuse_unknown(citations, {"6.h.iii/approval"})


def test_a_row_is_cited_by_its_parts_and_never_as_a_whole() -> None:
    with pytest.raises(CitationError, match=r"house\.room:5 cites 6\.h\.iii\. Cite a row's part"):
        report_lines(packs(), Citations((Citation("6.h.iii", "house.room:5"),), ()))
