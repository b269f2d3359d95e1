"""General surveillance is no purpose here: no form offers it, and no text brings it in."""

import re
from collections.abc import Callable

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.field.hotlists.administration import actions
from plateward.field.hotlists.models import HotList, Reason
from plateward.field.hotlists.reasons import REASONS
from plateward.ground.policy.decision import Allow, Refusal, Refused
from plateward.ground.reasons.barred import BarredRefusal, may_leave_for, may_rest_on
from plateward.ground.reasons.offenses import OFFENSES
from plateward.ground.reasons.purposes import PURPOSES, may_choose
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import import_hotlist

pytestmark = pytest.mark.clause("SB40.use/surveillance")
WATCHING = re.compile(r"surveil|monitor|watch|patrol|track|canvass", re.IGNORECASE)
OPTION = re.compile(r"<option[^>]*>([^<]*)")


def test_no_purpose_no_offense_and_no_reason_of_a_list_is_surveillance() -> None:
    labels = [item.label for table in (PURPOSES, OFFENSES) for item in table.values()]
    assert len(labels) > 30
    assert [label for label in (*labels, *REASONS.values()) if WATCHING.search(label)] == []
    for wanted in ("surveillance", "general_surveillance", ""):
        assert may_choose(wanted) != Allow()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "offered"),
    [("/searches/", "Stolen vehicle or plate"), ("/hotlists/requests/ask", "Stolen vehicle")],
)
def test_no_page_offers_it(path: str, offered: str) -> None:
    HotList.objects.create(name="BOLO", source="State Police", kind=HotList.Kind.AGENCY)
    options = OPTION.findall(signed_in(person("ada")).get(path).content.decode())
    assert offered in [option.strip() for option in options]
    assert [option for option in options if WATCHING.search(option)] == []


@pytest.mark.parametrize(
    "text",
    [
        "General surveillance of the trailer park on Isleta",
        "general surveillance",
        "GENERAL-SURVEILLANCE, Saturday",
        "gen3ral surveillance of the park",
    ],
)
def test_words_for_it_stop_a_search_and_whatever_would_leave(text: str) -> None:
    stopped, kept = may_rest_on(text, "reason"), may_leave_for(text, "use")
    assert isinstance(stopped, BarredRefusal)
    assert isinstance(kept, Refusal)
    assert (stopped.clause, kept.clause) == ("SB40.use", "SB40.use")


@pytest.mark.django_db
def test_neither_the_administrator_nor_a_file_makes_it_a_reason(recorded: Callable[[str], Leaf]) -> None:
    with pytest.raises(Refused, match="general surveillance"):
        actions.add_reason(acting("gloria"), "General surveillance", "Order 7")
    assert recorded("reason.add").clause == "SB40.use"
    assert not Reason.objects.exists()
    load = import_hotlist("XYZ4071,NM,general surveillance", "QRS8820")
    assert (load.rows, load.rejected) == (1, 1)
