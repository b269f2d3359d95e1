"""Who decided, in words; and nothing is stored by a name that two people may have."""

import re
from pathlib import Path

import pytest

import plateward
from plateward.people.actor_names import names_of, names_with_accounts
from plateward.people.testing import person

ROOT = Path(plateward.__file__).parent
# A name stored in or compared with a column: by=actor.name, made_by=actor_of(request).name, .by == actor.name
BY_NAME = re.compile(r"\b\w*by\s*={1,2}\s*(actor|visitor)\w*(\([^)]*\))?\.name\b")


@pytest.mark.django_db
def test_a_history_names_the_account_beside_the_name() -> None:
    person("gloria")
    person("frank", full_name="Gloria Gallegos")
    keys = ["person:gloria", "person:frank", "system:feeds", ""]
    assert names_with_accounts(keys) == {
        "person:gloria": "Gloria Gallegos (gloria)",
        "person:frank": "Gloria Gallegos (frank)",
        "system:feeds": "the hub (feeds)",
    }
    assert len(set(names_of(keys).values())) == 2


def test_nothing_belongs_to_a_display_name() -> None:
    assert BY_NAME.search("Load.objects.create(by=actor.name[:120])")
    assert BY_NAME.search("get_object_or_404(Load, by=actor_of(request).name)")
    files = [file for file in ROOT.rglob("*.py") if "tests" not in file.parts]
    assert [str(file) for file in files if BY_NAME.search(file.read_text())] == []
