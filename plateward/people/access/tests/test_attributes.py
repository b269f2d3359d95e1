"""What an account says of its person, and each decides: agency, sworn or not, NCIC certification."""

from collections.abc import Callable

import pytest

from plateward.people.access import standing
from plateward.people.agencies.testing import agency, granted
from plateward.people.bulk_import import actions as intake
from plateward.people.models import Person
from plateward.people.testing import SYSTEM, person, signed_in, untrain

pytestmark = [pytest.mark.django_db, pytest.mark.clause("AC-2/attributes")]
FILE = b"""username,name,badge,rank,role,unit,district,supervisor,agency,sworn,employed_since
ada,Ada Archuleta,1201,Agent,officer,Unit 14,District 7,,,yes,2020-01-06
kim,Kim Kelley,77,,outside,,,,TX0123400,,
"""


def test_an_account_has_them_from_its_first_day_and_its_page_shows_them() -> None:
    granted(person("hector"), of=agency(person("hector"), "Hale County Sheriff", "TX", "TX0123400"))
    intake.apply_import(SYSTEM, intake.preview_import(SYSTEM, "academy.csv", FILE).upload)
    imported = Person.objects.filter(username__in=("ada", "kim"))
    has = (
        dict(imported.values_list("username", "sworn")),
        dict(imported.values_list("username", "agency")),
    )
    assert has == ({"ada": True, "kim": False}, {"ada": "", "kim": "TX0123400"})  # "": this agency
    ben, gloria = person("ben"), signed_in(person("gloria"))
    page = gloria.get(f"/people/{ben.pk}/").content.decode()
    assert "NCIC certification" in page
    assert "Sworn" in page
    assert "TX0123400" in gloria.get(f"/people/{Person.objects.get(username='kim').pk}/").content.decode()


@pytest.mark.parametrize(
    ("take_away", "lack"),
    [
        (lambda ada: Person.objects.filter(pk=ada.pk).update(agency="TX0123400"), "Of another agency"),
        (
            lambda ada: Person.objects.filter(pk=ada.pk).update(sworn=False),
            "Not a sworn officer of this agency",
        ),
        (lambda ada: untrain(ada, "ncic"), "NCIC certification is missing"),
    ],
    ids=["ORI", "sworn", "NCIC"],
)
def test_without_one_of_them_access_stops_and_says_which(
    take_away: Callable[[Person], object], lack: str
) -> None:
    ada = person("ada")
    assert standing.standing_of(ada).authorized
    take_away(ada)
    ada.refresh_from_db()
    now = standing.standing_of(ada)
    assert not now.authorized
    assert [missing.text for missing in now.missing] == [lack]
