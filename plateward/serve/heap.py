"""Whatever a listener loads at start stays, so garbage collection can skip it."""

import gc
from importlib import import_module

from django.conf import settings


def freeze() -> None:
    """At the end of what `loading.hold` began: exclude everything loaded so far, including the routes' modules, from
    later garbage collections. With that much to search, they delayed about every tenth answer by up to a fifth of a
    second."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.enable()
