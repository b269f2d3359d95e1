"""Whether anything is left to migrate."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from plateward.core.db.setup import is_migrated


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_up_to_date_database_is_known_and_so_is_one_with_a_migration_left() -> None:
    assert is_migrated()
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*max(recorder.applied_migrations()))
    assert not is_migrated()


@pytest.mark.django_db
def test_every_models_change_has_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
