"""A DEMS export is tagged with CAD's own number of the alert's call."""

import pytest

from plateward.alerts.dems.actions import number_of
from plateward.alerts.models import Alert
from plateward.dispatch.models import Call
from plateward.hotlists.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.a.iv", "6.e.iv.4")]


def test_the_call_comes_before_the_entry_once_cad_has_numbered_it(alert: Alert) -> None:
    Entry.objects.update(number="2026-00001")
    fresh = Alert.objects.get()
    assert number_of(fresh) == "2026-00001", "CAD has given no number yet"
    Call.objects.update(number="CAD-2026-4711")
    assert number_of(fresh) == "CAD-2026-4711"
