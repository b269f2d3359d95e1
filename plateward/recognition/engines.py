"""Which engine reads. Each is an entry point, so that a site can install another beside the project's own."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from plateward.errors import PlatewardError
from plateward.recognition.types import Engine

GROUP = "plateward.engines"
DEFAULT = "plates"
LONGEST_VERSION = 64  # characters: as many go with a read (wire/codec.py)


class EngineError(PlatewardError):
    """The engine that was asked for cannot be had."""


def engine_names() -> list[str]:
    """The engines that are installed, in alphabetical order. None of them is loaded."""
    return sorted(entry_points(group=GROUP).names)


def load_engine(name: str = DEFAULT, threads: int = 1) -> Engine:
    """The engine of that name on `threads` threads of the CPU.

    Raises EngineError where it is not installed, lacks a package or names its version at too great a length, and a
    PlatewardError of the engine's own where its weights are missing."""
    offered = list(entry_points(group=GROUP, name=name))
    if not offered:
        raise EngineError(f"There is no engine '{name}'. Installed are: {', '.join(engine_names())}.")
    if len(offered) > 1:  # whichever came first would read, and nobody would know
        packages = ", ".join(sorted(entry_point.dist.name for entry_point in offered if entry_point.dist))
        raise EngineError(f"More than one package offers an engine '{name}': {packages}. Uninstall one.")
    try:
        make: Callable[[int], Engine] = offered[0].load()
    except ModuleNotFoundError as missing:
        raise EngineError(
            f"The engine '{name}' needs the package '{missing.name}', which is not installed here."
        ) from missing
    engine = make(threads)
    if len(engine.version) > LONGEST_VERSION:  # no hub would take a read of it
        raise EngineError(
            f"The engine '{name}' names its version in {len(engine.version)} characters, and a read has room for "
            f"{LONGEST_VERSION}. Whoever makes the engine shortens it."
        )
    return engine
