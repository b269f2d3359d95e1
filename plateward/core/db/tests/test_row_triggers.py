"""Rows that the database protects from every change and deletion."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q
from django.test.utils import isolate_apps

from plateward.core.db.row_triggers import keep_rows

pytestmark = pytest.mark.both_databases


REFUSAL = "A test row stays."
ATTEMPTS = [
    "UPDATE alerts_stays SET name = 'eve' WHERE id = 1",
    "UPDATE alerts_stays SET ended_at = NULL WHERE id = 2",
    "UPDATE alerts_stays SET ended_by = 'eve' WHERE id = 2",
    "UPDATE alerts_stays SET ended_at = 8, place = 'away' WHERE id = 1",
    "UPDATE alerts_stays SET keeper = 'eve' WHERE id = 2",
    "DELETE FROM alerts_stays WHERE id = 2",
]
ITS_OWN = {
    "postgresql": ["TRUNCATE alerts_stays"],
    "sqlite": [
        "INSERT OR REPLACE INTO alerts_stays VALUES (1, 'eve', 'away', '', 'x', NULL, '')",
        "INSERT OR REPLACE INTO alerts_stays VALUES (3, 'ada', 'away', '', 'x', NULL, '')",
        "INSERT OR REPLACE INTO alerts_stays VALUES (3, 'eve', 'here', '', 'x', NULL, '')",
        "INSERT OR REPLACE INTO alerts_stays VALUES (3, 'eve', 'away', 'B-2', 'x', NULL, '')",
    ],
}


@pytest.fixture
def table(transactional_db: None) -> Iterator[str]:
    """A row with a unique name and place, which can end once; and an ended row."""
    with isolate_apps("plateward.work.alerts"):

        class Stays(models.Model):  # noqa: DJ008, nobody reads its name
            name = models.TextField(unique=True)
            place = models.TextField()
            reference = models.TextField(default="")
            keeper = models.TextField(default="")
            ended_at = models.IntegerField(null=True)
            ended_by = models.TextField(default="")

            class Meta:
                app_label = "alerts"
                constraints = [
                    models.UniqueConstraint(fields=["place"], condition=Q(ended_at=None), name="one_a_place"),
                    models.UniqueConstraint(
                        fields=["reference"], condition=~Q(reference=""), name="one_a_reference"
                    ),
                ]

        with connection.schema_editor() as editor:
            editor.create_model(Stays)
            operation = keep_rows(
                "alerts.Stays", refusal=REFUSAL, last=("ended_at", "ended_by"), changes=("keeper",)
            )
            state: Any = SimpleNamespace(apps=Stays._meta.apps)  # no migration made them
            operation.database_forwards("alerts", editor, state, state)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alerts_stays VALUES (1, 'ada', 'here', '', 'x', NULL, ''),"
            " (2, 'ben', 'there', 'B-2', 'x', 7, 'x')"
        )
    yield "alerts_stays"
    with connection.schema_editor() as editor:
        editor.delete_model(Stays)
        if connection.vendor == "postgresql":
            editor.execute("DROP FUNCTION alerts_stays_kept")


def test_a_protected_row_cannot_be_changed_deleted_or_replaced(table: str) -> None:
    kept_rows = [(1, "ada", "here", "", "x", None, ""), (2, "ben", "there", "B-2", "x", 7, "x")]
    with connection.cursor() as cursor:
        for statement in [*ATTEMPTS, *ITS_OWN[connection.vendor]]:
            with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
                cursor.execute(statement)
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            assert cursor.fetchall() == kept_rows, statement


def test_the_final_act_happens_once_and_then_a_new_row_may_take_the_place(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET keeper = 'ben' WHERE id = 1")
        cursor.execute(f"UPDATE {table} SET ended_at = 8, ended_by = 'eve' WHERE id = 1")
        cursor.execute(f"INSERT INTO {table} VALUES (3, 'eve', 'here', '', 'x', NULL, '')")
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (3,)
