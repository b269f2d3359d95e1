"""Retention: a year of an agency through its clocks, and the end of one busy day."""

from collections.abc import Callable

from plateward.bench.figures import Figure
from plateward.bench.retention_day import measure_day
from plateward.bench.retention_year import measure_year


def run(progress: Callable[[str], None], image_kb: int = 1) -> list[Figure]:
    """The year is the same on every database, so it is measured with the embedded one."""
    figures = measure_day(progress, image_kb)
    from django.db import connection

    return figures + (measure_year(progress) if connection.vendor == "sqlite" else [])
