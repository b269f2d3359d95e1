"""What tests of all rooms use."""

from collections.abc import Callable

import pytest

from plateward.audit.leaf import Leaf


@pytest.fixture
def recorded() -> Callable[[str], Leaf]:
    """The latest entry of an event on the log."""
    from plateward.audit.models import AuditEntry

    def latest(event: str) -> Leaf:
        leaf = AuditEntry.objects.filter(event=event).latest("sequence").leaf
        assert leaf is not None
        return leaf

    return latest
