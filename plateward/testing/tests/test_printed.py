"""Each template of a PDF prints what people typed and plates say as it is: no mark of Typst in it is run."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.pages.pdf import ROOMS, export_pdf

TYPED = '#read("/a") $x$ [a] @b <c> // d /* = *e* _f_ \\ `g`'
Typed = Callable[[], str]


def rows(typed: Typed, columns: int) -> list[list[str]]:
    return [[typed() for _ in range(columns)]]


def alert(typed: Typed) -> dict[str, Any]:
    return {
        "title": typed(),
        "facts": rows(typed, 2),
        "history": rows(typed, 3),
        "answers": rows(typed, 2),
    }


# What each reads of its data, by its path.
DATA: dict[str, Callable[[Typed], dict[str, Any]]] = {
    "work/retention/templates/retention/certificate.typ": lambda typed: {
        **{name: typed() for name in ("title", "subtitle", "tombstone")},
        **{
            name: rows(typed, width)
            for name, width in (("facts", 2), ("rules", 2), ("kept", 3), ("copies", 2))
        },
    },
    "work/evidence/templates/custody/report.typ": lambda typed: {
        **{"notice": typed(), "withheld": typed(), "gaps": [typed()]},
        **{"facts": rows(typed, 2), "events": rows(typed, 5)},
    },
    "work/evidence/templates/evidence_package/report.typ": lambda typed: {
        **{"title": typed(), "facts": rows(typed, 2), "contents": rows(typed, 2), "custody": rows(typed, 5)},
        **{"alerts": [alert(typed)], "withheld": typed(), "gaps": [typed()]},
        "reads": [{"title": typed(), "facts": rows(typed, 2), "pictures": []}],
    },
    "work/evidence/templates/case_sheet/sheet.typ": lambda typed: {
        **{"title": typed(), "facts": rows(typed, 2), "missing": [typed()], "dispatch": rows(typed, 2)},
        "alert": alert(typed),
        "reads": [{"title": typed(), "facts": rows(typed, 2), "pictures": [], "missing": [typed()]}],
        "dispositions": [rows(typed, 2)],
    },
    "oversight/templates/reviews/report.typ": lambda typed: {
        **{name: typed() for name in ("title", "period", "conclusion")},
        **{"facts": rows(typed, 2), "counts": rows(typed, 5), "doubts": rows(typed, 3)},
        **{"findings": rows(typed, 4), "charts": [[typed(), [[typed(), 3]]]], "chosen": rows(typed, 2)},
    },
    "oversight/templates/transparency/report.typ": lambda typed: {
        **{"year": 2031, "rows": [[typed(), 3]]},
        **{name: typed() for name in ("size", "root", "approved")},
    },
    "oversight/templates/investigations/file.typ": lambda typed: {
        **{name: typed() for name in ("title", "what", "known")},
        **{"facts": rows(typed, 2), "views": rows(typed, 2), "steps": rows(typed, 4)},
        "allegations": [[typed(), typed(), typed(), False]],
    },
    "oversight/templates/compliance/report.typ": lambda typed: {
        **{
            "read_at": typed(),
            "counts": [1, 1, 1, 1],
            "figures": [[typed(), 1, 1, 1, 1]],
            "open": rows(typed, 3),
        },
        **{"attention": rows(typed, 2), "more_attention": 0, "more_open": 0},
        "rows": [
            {
                **{name: typed() for name in ("section", "id", "kind", "state", "mechanism", "cited")},
                **{name: [typed()] for name in ("attention", "facts", "gaps")},
                **{"topics": rows(typed, 2), "parts": rows(typed, 3), "readings": rows(typed, 2)},
            }
        ],
    },
    "sharing/templates/records/letter.typ": lambda typed: {
        **{name: typed() for name in ("number", "day", "title", "office")},
        **{"to": [typed()], "paragraphs": [typed(), f"{typed()}\n{typed()}"]},
    },
}
SHARED = {"core/pages/templates/pdf/document.typ", "demo/card.typ"}  # each one's head; a picture of our own


def test_each_template_is_tried() -> None:
    found = {path.relative_to(ROOMS).as_posix() for path in ROOMS.rglob("*.typ") if "tests" not in path.parts}
    assert found - SHARED == set(DATA)


@pytest.mark.django_db
@pytest.mark.parametrize("template", DATA)
def test_it_prints_each_text_as_it_was_typed(template: str) -> None:
    given: list[str] = []

    def typed() -> str:
        given.append(f"t{len(given)}: {TYPED}")
        return given[-1]

    content = export_pdf(HUB, Event.AUDIT_EXPORT, "log", template, DATA[template](typed))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    assert given
    assert not [each for each in given if "".join(each.split()) not in text]
