"""A log that accepts no entries does not count as fast."""

import pytest

from plateward.bench.audit import _append
from plateward.core.audit import log


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_not_taken_ends_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(log, "record", full)
    with pytest.raises(OSError, match="disk full"):
        _append(2)
