"""Loading modules makes no garbage, and to look for it takes a tenth of the time: meanwhile nothing is collected."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


def hold() -> None:
    """Collect nothing from here on."""
    gc.disable()


@contextmanager
def held() -> Iterator[None]:
    """Collect nothing within the block."""
    collecting = gc.isenabled()
    hold()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def freeze() -> None:
    """At the end of what `hold` began: exclude all that a listener has loaded, the routes' modules too, from later
    garbage collections. With that much to search, they delayed every tenth answer by up to a fifth of a second."""
    from django.conf import settings  # a reader loads this module, too

    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.enable()
