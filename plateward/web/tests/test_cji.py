"""Criminal justice information is for those cleared for it, and whatever leaves as a file is marked as such."""

import inspect
import sys
from typing import Any

import pytest

from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.proofs import by_token, may_give_file
from plateward.people.routes import ROUTES
from plateward.people.testing import CAST, bearer, person, signed_in, untrain
from plateward.people.training.catalog import YEARLY
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.routes import routes
from plateward.web.tests.walk import WITHOUT_A_PROOF

PLATE = "XYZ4071"
# What is released or published, and letters: no criminal justice information.
FOR_THE_PUBLIC = {
    *("agencies:letter", "records:file", "records:letter", "redaction:proof"),
    *(
        "searchlog:download",
        "transparency:csv",
        "transparency:json",
        "transparency:proofs",
        "yearly:export",
        "yearly:export_state",
    ),
}


@pytest.mark.django_db
@pytest.mark.clause("5.c/cji", "5.d/cjis", "5.e/cjis", "6.d.ii/yearly", "AT-2/before")
@pytest.mark.parametrize("username", CAST)
def test_no_page_image_or_file_of_a_duty_answers_whoever_lacks_cjis_training(username: str) -> None:
    load_hotlist(PLATE)
    reader = enroll_reader()
    reader.send(reader.photo(PLATE))
    who = person(username)
    client, token = signed_in(who), {"authorization": bearer(who)}
    for code in YEARLY:
        untrain(who, code)
    duties = [route for route in routes() if ROUTES[route.name] in ROLE_PERMISSIONS[Role(who.role)]]
    for route in duties:
        assert isinstance(ROUTES[route.name], Permission)
        answer = client.get(route.path, headers=token if by_token(route.name) else None)
        assert answer.status_code in (401, 403), route.name
        assert PLATE.encode() not in answer.content, route.name


@pytest.mark.clause("5.c/cji")
def test_every_file_that_leaves_is_named_as_cji_or_set_as_a_document_that_says_so() -> None:
    """The two that make such files mark them: core/pages/csv_export.py, core/pages/pdf.py."""
    unmarked = {route.name for route in routes() if may_give_file(route.name) and not _marks(route.view)}
    assert unmarked <= WITHOUT_A_PROOF | FOR_THE_PUBLIC, "these have neither person nor plate"


def _marks(view: Any) -> bool:
    """Whether the view's module, or one that it uses of ours, makes the file by one of them."""
    module = sys.modules[inspect.unwrap(view).__module__]
    used = {getattr(thing, "__module__", "") or "" for thing in vars(module).values()}
    sources = [module, *(sys.modules[name] for name in used if name.startswith("plateward."))]
    return any("saved_as(" in inspect.getsource(source) for source in sources)
