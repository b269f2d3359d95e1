"""The hub's own log, a JSON object a line, for journald and whatever collects it. No CJI: the text of an error is
written only if it was written for people, since a database's quotes the row."""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from plateward.ground.errors import PlatewardError

MOST_FRAMES = 12
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class TextLine(logging.Formatter):
    """For a terminal."""

    def formatException(self, ei: ExcInfo) -> str:
        return "\n".join(_error(ei[1]))


class JsonLine(logging.Formatter):
    """For programs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line)


def _error(error: BaseException | None) -> list[str]:
    """What was raised and what caused it, each with where it came from, the innermost last."""
    lines = []
    while error is not None:
        text = f": {error}" if isinstance(error, PlatewardError) else ""
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{text}")
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
