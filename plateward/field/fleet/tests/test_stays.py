"""With which units a reader was, and when."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from plateward.field.fleet.actions import assign_unit
from plateward.field.fleet.models import Reader, UnitLeft
from plateward.field.fleet.stays import Stay, stays_with, was_with
from plateward.ground import clock
from plateward.people.models import District, Unit
from plateward.people.testing import acting

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.8/scope")]
HOUR = timedelta(hours=1)


@pytest.mark.both_databases
def test_a_reader_was_with_the_unit_of_the_time_and_moved_within_a_district_it_stays_there(
    reader: Reader,
) -> None:
    start, five, gloria = clock.now(), District.objects.create(name="District 5"), acting("gloria")
    twelve = Unit.objects.get(name="Unit 12")
    fourteen = Unit.objects.create(name="Unit 14", district=five)
    Unit.objects.filter(pk=twelve.pk).update(district=five)
    for hours, unit in ((1, fourteen), (2, None)):
        with clock.set_to(start + hours * HOUR):
            assign_unit(gloria, reader, unit)
    assert stays_with({twelve.pk}) == {Stay("unit-12", None, start + HOUR)}
    assert stays_with({fourteen.pk}) == {Stay("unit-12", start + HOUR, start + 2 * HOUR)}
    assert stays_with({twelve.pk, fourteen.pk}) == {Stay("unit-12", None, start + 2 * HOUR)}
    assert stays_with(set()) == frozenset()
    when = {
        unit: [was_with(unit.pk, "unit-12", start + n * HOUR) for n in range(3)]
        for unit in (twelve, fourteen)
    }
    assert when == {twelve: [True, False, False], fourteen: [False, True, False]}
    assert not was_with(None, "unit-12", start + 2 * HOUR)
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        UnitLeft.objects.update(unit=fourteen)
