"""The hub's rooms, and what they declare. A Django app is a floor, and each folder in it a room, which has what it
declares in modules of known names: tables in `models.py`, JOBS in `jobs.py`, receivers of signals in `listening.py`."""

import os
from collections.abc import Iterator
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps

NO_ROOMS = {"__pycache__", "migrations", "static", "templates", "tests"}


class Floor(AppConfig):
    """An app whose rooms have models of their own."""

    def import_models(self) -> None:
        super().import_models()
        list(self.modules("models"))

    def modules(self, name: str) -> Iterator[ModuleType]:
        """Its modules of this name: its own, then each room's."""
        for room, files in self._rooms:
            if f"{name}.py" in files:
                yield import_module(f"{room}.{name}")

    @cached_property
    def _rooms(self) -> list[tuple[str, frozenset[str]]]:
        found = []
        for folder, within, files in os.walk(self.path):
            within[:] = sorted({*within} - NO_ROOMS)
            found.append(
                (".".join([self.name, *Path(folder).relative_to(self.path).parts]), frozenset(files))
            )
        return found


def declared(module: str, name: str) -> list[Any]:
    """Everything in the tuples `name` of those of the rooms' modules that have it: JOBS of `jobs.py`, for example."""
    return [item for room in modules_of(module) for item in getattr(room, name, ())]


@cache
def modules_of(name: str) -> tuple[ModuleType, ...]:
    """The rooms' modules of this name, each once. Pages ask too: looking for files takes as long as a query."""
    floors = [app for app in apps.get_app_configs() if isinstance(app, Floor)]
    return tuple(module for floor in floors for module in floor.modules(name))
