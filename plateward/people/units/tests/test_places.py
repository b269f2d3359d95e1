"""Units and districts: added, renamed, moved, and removed only if nobody was ever in them."""

import pytest

from plateward.people.models import District, Unit
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.b.i.8/scope")
def test_a_unit_is_added_renamed_and_moved_on_the_record(recorded) -> None:  # type: ignore[no-untyped-def]
    window = signed_in(person("gloria"))
    window.post("/people/places/districts/add/", {"name": "District 7"})
    district = District.objects.get()
    assert recorded("place.add").object == "district:District 7"
    window.post("/people/places/units/add/", {"name": " Unit  14 "})
    unit = Unit.objects.get(name="Unit 14")
    window.post(f"/people/places/units/{unit.pk}/", {"name": "Unit 15", "district": district.pk})
    unit.refresh_from_db()
    assert (unit.name, unit.district) == ("Unit 15", district)
    details = recorded("place.update").details
    assert (details["name_before"], details["name"], details["district"]) == (
        "Unit 14",
        "Unit 15",
        "District 7",
    )


@pytest.mark.parametrize("name", ["", "  ", "Unit 12", "x" * 41])
def test_a_name_that_is_taken_or_none_is_refused(name: str) -> None:
    window = signed_in(person("gloria"))
    answer = window.post("/people/places/units/add/", {"name": name})
    assert answer.status_code == 422
    assert Unit.objects.count() == 1


@pytest.mark.clause("6.b.i.7/lists")
def test_a_unit_that_was_ever_somebodys_stays() -> None:
    window = signed_in(person("gloria"))
    unit = Unit.objects.get(name="Unit 12")
    answer = window.post(f"/people/places/units/{unit.pk}/", {"remove": "1"}, follow=True)
    assert "its record is kept" in answer.content.decode()
    assert Unit.objects.filter(pk=unit.pk).exists()
    empty = Unit.objects.create(name="Unit 99")
    window.post(f"/people/places/units/{empty.pk}/", {"remove": "1"})
    assert not Unit.objects.filter(pk=empty.pk).exists()


@pytest.mark.clause("6.b.i.8/matrix")
def test_only_the_administrator_keeps_units() -> None:
    for username in ("carla", "hector", "ada"):
        assert signed_in(person(username)).get("/people/places/").status_code == 403
