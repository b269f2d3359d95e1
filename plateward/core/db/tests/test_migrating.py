"""Whether anything is left to migrate; and a model that a migration adds."""

import inspect
from pathlib import Path
from textwrap import dedent

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState
from django.test import override_settings

from plateward.core.db import migrating
from plateward.core.db.migrating import added_models_made_alone, is_migrated


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_up_to_date_database_is_known_by_the_names_of_its_migrations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrating, "MigrationExecutor", None)
    assert is_migrated()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_left() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*max(recorder.applied_migrations()))
    assert not is_migrated()


def test_files_that_django_leaves_out_are_no_migrations_and_a_broken_package_is_no_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nothing_else", "imports_a_thing_that_is_not_there"):
        (tmp_path / name).mkdir()
    for name in ("0001_initial.py", "_words.py"):
        (tmp_path / "nothing_else" / name).touch()
    (tmp_path / "nothing_else" / "kept").mkdir()
    (tmp_path / "nothing_else" / "kept" / "__init__.py").touch()
    (tmp_path / "imports_a_thing_that_is_not_there" / "__init__.py").write_text("import nosuch")
    monkeypatch.syspath_prepend(tmp_path)
    reads = [apps.get_app_config("reads")]
    monkeypatch.setattr(apps, "get_app_configs", lambda: reads)
    with override_settings(MIGRATION_MODULES={"reads": "nothing_else"}):
        assert list(migrating._names()) == [("reads", "0001_initial")]
    with override_settings(MIGRATION_MODULES={"reads": "not_there"}):
        assert list(migrating._names()) == []
    with (
        override_settings(MIGRATION_MODULES={"reads": "imports_a_thing_that_is_not_there"}),
        pytest.raises(ModuleNotFoundError, match="nosuch"),
    ):
        list(migrating._names())


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
