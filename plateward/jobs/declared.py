"""What the rooms declare, gathered from a module of each that has it."""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def declared(module: str, name: str) -> list[Any]:
    """Everything in the tuples `name` of the rooms' modules of this name: JOBS of each `jobs.py`, for example."""
    return [item for room in modules_of(module) for item in getattr(room, name)]


@cache
def modules_of(name: str) -> tuple[ModuleType, ...]:
    """The rooms' modules of this name, each once. Pages ask too: looking for files takes as long as a query."""
    rooms = [app for app in apps.get_app_configs() if app.name.startswith("plateward.")]
    return tuple(
        import_module(f"{app.name}.{name}") for app in rooms if module_has_submodule(app.module, name)
    )
