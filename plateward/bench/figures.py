"""What a benchmark hands on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number. Where an issue sets a target, `holds` says whether it is met."""

    name: str
    value: float
    unit: str
    target: float | None
    holds: bool | None
    database: str | None = None
