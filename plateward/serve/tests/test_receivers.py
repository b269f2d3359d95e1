"""Receivers of signals are connected in one way: by the `listening.py` of an app, which the start imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps

import plateward
from plateward.core.rooms import modules_of
from plateward.serve.apps import Serve

ROOT = Path(plateward.__file__).parent


def receiving_modules() -> Iterator[str]:
    """By name, those of the product in whose source a function is a receiver."""
    for path in ROOT.rglob("*.py"):
        if "tests" not in path.parts and "\n@receiver(" in path.read_text():
            yield ".".join(("plateward", *path.relative_to(ROOT).with_suffix("").parts))


def imported_by(source: str) -> Iterator[str]:
    """What may be modules among the names that this imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_receiver_is_connected_by_a_listening_module() -> None:
    listening = {module.__name__: Path(module.__file__ or "") for module in modules_of("listening")}
    connected = {name for path in listening.values() for name in imported_by(path.read_text())}
    receiving = set(receiving_modules())
    assert len(receiving) > 10
    assert receiving - listening.keys() - connected == set()


def test_no_app_but_serve_does_anything_when_it_is_ready() -> None:
    own = {type(config) for config in apps.get_app_configs() if config.name.startswith("plateward.")}
    assert [kind for kind in own - {AppConfig} if "ready" in vars(kind)] == [Serve]
