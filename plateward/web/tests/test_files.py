"""Every file that leaves the hub first needs a proof of identity, by its row and not by its name."""

import inspect
import re
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.people.permissions import Permission
from plateward.people.proofs import may_give_file, proof_of
from plateward.people.route_rules import ProofRule, SignInStage
from plateward.people.routes import PROOFS, ROUTES
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.routes import routes
from plateward.web.tests.walk import WITHOUT_A_PROOF

FILE = re.compile(
    r"saved_as\(|document_response\(|Content-Disposition|text/(csv|plain)|octet-stream|application/(pdf|zip)|FileResponse"
)
SAMPLES = {"hotlists:export", "access:register_file", "people:export"}


def answers_with_a_file(view: Any) -> bool:
    """By the source of the view, and of what it calls in its module."""
    own = inspect.unwrap(view)
    if not own.__module__.startswith("plateward."):
        return False
    module = sys.modules[own.__module__]
    todo, seen = [own], set()
    while todo:
        source = inspect.getsource(function := todo.pop())
        seen.add(function)
        if FILE.search(source):
            return True
        called = (getattr(module, name, None) for name in re.findall(r"\b(\w+)\(", source))
        todo += [
            callee
            for callee in called
            if inspect.isfunction(callee) and callee.__module__ == own.__module__ and callee not in seen
        ]
    return False


@pytest.mark.clause("6.a.i.2/own")
def test_the_row_of_every_view_that_answers_with_a_file_says_so() -> None:
    giving = {route.name for route in routes() if answers_with_a_file(route.view)}
    assert giving == {name for name in ROUTES if may_give_file(name)}
    assert giving > SAMPLES
    proofs = {ProofRule.FACTOR_FILE, ProofRule.FILE}
    public = {name for name in giving if ROUTES[name] is SignInStage.PUBLIC}
    assert {name for name in giving if proof_of(name, "GET") not in proofs} == WITHOUT_A_PROOF | public


@pytest.mark.clause("6.a.i.2/own")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/people/export/", "/access/register/csv/", "/hotlists/{}/export"])
def test_a_download_waits_for_a_new_proof(path: str) -> None:
    client = signed_in(person("gloria"))
    load_hotlist("XYZ4071")
    path = path.format(HotList.objects.get().pk)
    assert client.get(path).status_code == 200
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        assert client.get(path).status_code == 401


@pytest.mark.clause("6.a.i.2/own", "6.a.i.2/unauthorized", "6.b.i.8/matrix")
@pytest.mark.django_db
def test_a_file_from_a_route_whose_row_says_nothing_of_it_does_not_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(PROOFS, "people:export")
    assert ROUTES["people:export"] is Permission.ACCESS_EXPORT
    answer = signed_in(person("gloria")).get("/people/export/")
    assert answer.status_code == 500
    assert isinstance(answer, HttpResponse)
    assert b"Gloria" not in answer.content
