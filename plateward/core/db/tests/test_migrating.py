"""Whether anything is left to migrate; and a model that a migration adds."""

import inspect
from textwrap import dedent

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

from plateward.core.db.migrating import added_models_made_alone
from plateward.core.db.setup import is_migrated


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_up_to_date_database_is_known_and_so_is_one_with_a_migration_left() -> None:
    assert is_migrated()
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*max(recorder.applied_migrations()))
    assert not is_migrated()


def test_it_is_made_alone_and_is_connected_all_the_same() -> None:
    state = ProjectState()
    key = models.BigAutoField(primary_key=True)
    state.add_model(ModelState("rooms", "Person", [("id", key)]))
    person = state.apps.get_model("rooms", "Person")
    to_person = models.ForeignKey("rooms.Person", models.CASCADE, related_name="alerts")
    with added_models_made_alone():
        state.add_model(ModelState("rooms", "Alert", [("id", key.clone()), ("person", to_person)]))
    alert = state.apps.get_model("rooms", "Alert")
    assert state.apps.get_model("rooms", "Person") is person
    assert alert._meta.get_field("person").remote_field.model is person
    assert person._meta.get_field("alerts").related_model is alert
    assert ("rooms", "alert") in state.relations["rooms", "person"]


def test_djangos_own_method_is_still_the_one_that_is_replaced() -> None:
    """If this fails, look at what a newer Django does there, and at `core/db/migrating.py`."""
    assert dedent(inspect.getsource(ProjectState.add_model)) == dedent("""\
        def add_model(self, model_state):
            model_key = model_state.app_label, model_state.name_lower
            self.models[model_key] = model_state
            if self._relations is not None:
                self.resolve_model_relations(model_key)
            if "apps" in self.__dict__:  # hasattr would cache the property
                self.reload_model(*model_key)
        """)


@pytest.mark.django_db
def test_every_models_change_has_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
