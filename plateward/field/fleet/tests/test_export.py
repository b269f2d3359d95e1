"""The list of readers as a file."""

import csv
import io
from collections.abc import Callable

import pytest

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.models import Reader
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.b.i.7/lists", "6.b.i.9/entries")
def test_the_list_of_readers_leaves_as_marked_csv_and_on_the_log(
    reader: Reader, recorded: Callable[[str], Leaf]
) -> None:
    browser = signed_in(person("gloria"))
    assert 'href="/fleet/readers.csv"' in browser.get("/fleet/").content.decode()
    answer = browser.get("/fleet/readers.csv")
    assert "-CJI.csv" in answer["Content-Disposition"]
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Reader"], row["Camera"], row["Unit"], row["Revoked"]) == (
        reader.name,
        reader.camera,
        "Unit 12",
        "",
    )
    assert recorded("reader.export").details == {"readers": 1}
    assert signed_in(person("ada")).get("/fleet/readers.csv").status_code == 403
