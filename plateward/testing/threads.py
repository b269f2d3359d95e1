"""Several people who act at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from plateward.ground.policy.decision import Refused


def at_once(*works: Callable[[], object]) -> list[str]:
    """Do them in threads of their own; returns why some were refused. Whatever else one of them raises is raised."""
    ready = threading.Barrier(len(works))

    def do(work: Callable[[], object]) -> str:
        try:
            ready.wait()
            work()
        except Refused as refused:
            return refused.refusal.reason
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(works)) as threads:
        return [why for why in threads.map(do, works) if why]
