"""No image leaves the hub without an event that names its read: every address that may show one is tried, and every
place in the code that opens an image is known."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import plateward
from plateward.core.audit.events import Event
from plateward.core.audit.mentions import entries_about
from plateward.core.audit.models import Tree
from plateward.people.proofs import by_token, may_give_file
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES
from plateward.people.testing import signed_in
from plateward.testing.roadside import JPEG
from plateward.testing.routes import Route, routes
from plateward.testing.undoing import undone
from plateward.web.tests.objects import World, world
from plateward.work.alerts.testing import DISCLOSED
from plateward.work.evidence.custody import copies
from plateward.work.evidence.custody.sentences import DESCRIPTIONS, CustodyStep

pytestmark = pytest.mark.clause("6.h.iv/custody", "6.j.i/shared")
ROOT = Path(plateward.__file__).parent
OPENS = re.compile(r"image_segments\(\)|\bpicture_of\(")
# Who opens images, and why that is on the log.
OPENED_BY = {
    "work/alerts/queue/views.py": "each view's own entry, or that of the queue's page, which mentions the read",
    "bench/backup.py": "nobody sees it: made for a measurement, in a throw-away hub",
    "bench/bare.py": "nobody sees it: made for a measurement, in a throw-away hub",
    "bench/retention.py": "nobody sees it: made for a measurement, in a throw-away hub",
    "work/evidence/custody/copies.py": "the copy's own entry",
    "work/evidence/package/gathering.py": "the package's entry, which mentions each read",
    "field/reads/destruction.py": "nobody sees it: sealed anew, or removed",
    "field/reads/images.py": "nobody sees it: where they are",
    "field/reads/intake/actions.py": "nobody sees it: stored, with the batch's entry",
    "field/reads/integrity.py": "nobody sees it: compared with its hash",
    "field/reads/pictures.py": "nobody sees it: for the others here",
    "field/reads/pages/views.py": "each view's own entry",
    "sharing/redaction/audience.py": "each view's own entry, and that of the redaction",
    "work/searches/exports/pictures.py": "an entry for each read that is printed",
    "work/searches/results/reads.py": "each view's own entry, or that of its page of pictures, which mentions the read",
}
WITH_IMAGES = {"alerts:picture", "custody:download", "custody:print", "reads:image", "results:image"}
# Files that leave, and whether they hold reads. A new one must be named here; one with reads mentions each.
WITH_READS = {"case_sheet:make", "custody:download", "custody:report", "exports:make", "packages:download"}
WITHOUT_READS = {
    *(
        "access:register_file",
        "compliance:export",
        "fleet:export",
        "hotlists:export",
        "hotlists:rejected_file",
    ),
    *(
        "audit:export",
        "logfiles:download",
        "searchlog:download",
        "investigations:file",
        "map_tiles",
        "people:export",
        "protocols:acknowledgments_file",
    ),
    *(
        "agencies:letter",
        "checks:instructions",
        "protocols:original",
        "records:file",
        "records:letter",
        "redaction:proof",
        "retention:certificate_file",
        "reviews:report",
        "training:download",
        *("transparency:csv", "transparency:json", "transparency:proofs"),
        "yearly:export",
        "yearly:export_state",
    ),
}
CUSTODY = [
    event
    for event, (step, _) in DESCRIPTIONS.items()
    if step in (CustodyStep.VIEWED, CustodyStep.COPIED, CustodyStep.PRINTED)
]
COPY = {
    "image": "plate",
    "number": "2026-00412",
    "use": "For Agent Begay, who compares it with the store's video.",
    **DISCLOSED,
}


def test_every_place_that_opens_an_image_is_known() -> None:
    opening = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "tests" not in path.parts and OPENS.search(path.read_text())
    }
    assert opening == set(OPENED_BY)


def test_of_every_file_it_is_known_whether_it_holds_reads() -> None:
    assert {name for name in ROUTES if may_give_file(name)} == WITH_READS | WITHOUT_READS


# What an address names (objects.py): by its arguments, or a number by the part of the site.
BY_ARGUMENTS = {
    frozenset({"day", "pk", "which"}): "read",
    frozenset({"day", "pk"}): "whole read",
    frozenset({"pk", "day", "read", "which"}): "result image",
    frozenset({"pk", "day", "read"}): "result",
    frozenset({"pk", "layout"}): "results",
}
BY_PLACE = {
    **dict.fromkeys(
        ("alerts", "case_sheet", "closing", "confirming", "marking", "sharing", "verifying"), "alert"
    ),
    **dict.fromkeys(("exports", "results", "searches"), "search"),
    **{"dems": "duty", "dispatch": "call", "investigations": "investigation", "reviews": "audit item"},
}


def addresses(made: World, route: Route) -> Iterator[str]:
    arguments = frozenset(route.converters)
    kind = BY_ARGUMENTS.get(arguments, BY_PLACE.get(route.name.partition(":")[0], "")) if arguments else ""
    named = [{}] if not arguments else made.named.get(kind, {}).values()
    return (reverse(route.name, kwargs=given) for given in named if given.keys() == arguments)


def shows_an_image(answer: Any) -> bool:
    if answer.streaming or answer.status_code != 200:
        return False
    content = answer.content
    return answer["Content-Type"].startswith("image/") or JPEG in content or b"data:image/jpeg" in content


@pytest.mark.django_db
@pytest.mark.usefixtures("alerts_shown_once", "counted_once")
def test_no_address_answers_with_an_image_that_the_log_does_not_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copies, "marked_copy", lambda original, _: original)  # the world's are no pictures
    made, showing = world(), set[str]()
    browser = signed_in(made.people["ada"])
    browser.raise_request_exception = False
    for route in routes():
        if by_token(route.name) or ROUTES[route.name] in (SignInStage.BANNER, SignInStage.BEFORE_LOGIN):
            continue
        for path in addresses(made, route):
            with undone():
                before = Tree.objects.get().size
                answer = browser.get(path)
                if answer.status_code == 405:
                    answer = browser.post(path, COPY)
                if not shows_an_image(answer):
                    continue
                showing.add(route.name)
                [read] = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", path)
                entries = entries_about([f"read:{read}"], CUSTODY)
                assert [entry for entry in entries if entry.sequence >= before], path
    assert showing == WITH_IMAGES
    assert Event.IMAGE_VIEW in CUSTODY
