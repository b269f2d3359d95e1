"""What the simulators of the tests share: a certificate of the hub's own authority, and settings that lead to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.test import override_settings

from plateward.vault.authority import Authority


@contextmanager
def certificate() -> Iterator[tuple[Path, Path]]:
    """The files of a server's certificate and of its key, for as long as the block runs."""
    with TemporaryDirectory() as folder:
        paths = Path(folder, "server.crt"), Path(folder, "server.key")
        for path, pem in zip(paths, Authority.create(settings.RING).issue_server(["127.0.0.1"]), strict=True):
            path.write_text(pem)
        yield paths


@contextmanager
def configured(client: Any, **changed: Any) -> Iterator[None]:
    """The cached `client` of the hub is made of these settings, for as long as the block runs."""
    client.cache_clear()
    try:
        with override_settings(**changed):
            yield
    finally:
        client.cache_clear()
