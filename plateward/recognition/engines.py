"""Which engine reads. Each is an entry point, so that a site can install its own."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from plateward.ground.errors import PlatewardError
from plateward.recognition.types import Engine

GROUP = "plateward.engines"
DEFAULT = "plates"
LONGEST_VERSION = 64  # characters; a read carries no more (ground/wire/codec.py)


class EngineError(PlatewardError):
    """The requested engine is not available."""


def engine_names() -> list[str]:
    """The installed engines, in alphabetical order. Loads none of them."""
    return sorted(entry_points(group=GROUP).names)


def load_engine(name: str = DEFAULT, threads: int = 1) -> Engine:
    """The engine of that name on `threads` CPU threads.

    Raises EngineError if it is not installed, lacks a package or has too long a version, and the engine's own
    PlatewardError if its weights are missing."""
    offered = list(entry_points(group=GROUP, name=name))
    if not offered:
        raise EngineError(f"There is no engine '{name}'. Installed are: {', '.join(engine_names())}.")
    if len(offered) > 1:  # otherwise the first installed would win, and nobody would know
        packages = ", ".join(sorted(entry_point.dist.name for entry_point in offered if entry_point.dist))
        raise EngineError(f"More than one package offers an engine '{name}': {packages}. Uninstall one.")
    try:
        make: Callable[[int], Engine] = offered[0].load()
    except ModuleNotFoundError as missing:
        raise EngineError(
            f"The engine '{name}' needs the package '{missing.name}', which is not installed here."
        ) from missing
    engine = make(threads)
    if len(engine.version) > LONGEST_VERSION:  # a hub would refuse its reads
        raise EngineError(
            f"The engine '{name}' names its version in {len(engine.version)} characters, and a read has room for "
            f"{LONGEST_VERSION}. Its maker must shorten it."
        )
    return engine
