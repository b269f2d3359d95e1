"""What an operator types is either a whole plate or none."""

import pytest

from plateward.work.alerts.page.forms import ConfirmationForm


@pytest.mark.clause("6.e.iv.3/plate")
@pytest.mark.parametrize("plate", ["ABC<1>", "=1+1", "ABC½", "ſBC1", "AB?", "*", "-.-"])
def test_what_is_no_plate_is_not_taken_for_one_that_was_read(plate: str) -> None:
    assert "plate" in ConfirmationForm({"plate": plate, "state": "NM"}).errors


@pytest.mark.parametrize("plate", ["abc 123", "AB-12.3"])
def test_a_plate_is_typed_as_it_is_written(plate: str) -> None:
    form = ConfirmationForm({"plate": plate, "state": "NM"})
    assert form.is_valid()
    assert form.cleaned_data["plate"] == plate.upper()
