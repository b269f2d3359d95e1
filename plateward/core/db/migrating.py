"""Migrating from nothing in a third of the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


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
