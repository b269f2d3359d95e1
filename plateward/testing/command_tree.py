"""The whole command line."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from plateward.cli import app


def every_command() -> dict[tuple[str, ...], Any]:
    """Every command and group, by its words."""
    return dict(_walk(typer.main.get_command(app), ()))


def _walk(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if path:
        yield path, node
    if isinstance(node, TyperGroup):
        context = typer.Context(node)
        for name in node.list_commands(context):
            yield from _walk(node.get_command(context, name), (*path, name))
