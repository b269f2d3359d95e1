"""People of the cast, and a log to read."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from plateward.core.audit.actor import Actor
from plateward.core.audit.models import AuditEntry, Tree


@pytest.fixture
def ada() -> Actor:
    return Actor("person", "archuleta", "Ada Archuleta", "192.0.2.12", "f00d")


@pytest.fixture
def new_entries(db: None) -> Callable[[], list[AuditEntry]]:
    """The entries since the test began: the log of a test database is append-only too."""
    before = Tree.objects.get().size
    return lambda: list(AuditEntry.objects.filter(sequence__gte=before))


@pytest.fixture
def broken_log(db: None) -> Iterator[None]:
    """A log that cannot be written, on either database: its table is renamed."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_gone")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry_gone RENAME TO audit_entry")
