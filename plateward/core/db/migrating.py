"""Whether the database is up to date, and migrating from nothing in a third of the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


def is_migrated() -> bool:
    """Whether no migration is left to apply. Where each that is there is recorded, none of them is loaded."""
    if set(_names()) <= set(MigrationRecorder(connection).applied_migrations()):
        return True
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _names() -> Iterator[tuple[str, str]]:
    """Every migration there is: its app and its name."""
    for app in apps.get_app_configs():
        package = str(MigrationLoader.migrations_module(app.label)[0])
        try:
            folder = import_module(package).__path__
        except ModuleNotFoundError as error:
            if error.name != package:
                raise
            continue  # the app has no tables
        for module in iter_modules(folder):
            if not module.ispkg and module.name[0] not in "_~":  # as Django takes them
                yield app.label, module.name


@contextmanager
def added_models_made_alone() -> Iterator[None]:
    """Within the block a model that a migration adds is made alone. Django makes anew all that foreign keys connect
    with it, near or far, which here is nearly everything; but nothing names a model yet that is only being added."""
    usual = ProjectState.add_model
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = usual  # type: ignore[method-assign]


def _add_model(self: Any, model_state: Any) -> None:
    """As Django's, but for the last line."""
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in vars(self):  # to ask for it would make all
        self.apps.render_multiple([model_state])
