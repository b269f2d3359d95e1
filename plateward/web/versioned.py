"""The addresses of what the pages load: they change with each build, so that a browser keeps what it has and asks for
nothing twice."""

from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedFiles(StaticFilesStorage):
    """`static/dist/app.js?v=0a1b2c3d`. What these files load themselves has its own version in its name."""

    def url(self, name: str | None) -> str:
        """The file's address for this build."""
        return f"{super().url(name)}?v={_build()}"


@lru_cache(maxsize=1)
def _build() -> str:
    """Of frontend/build.py's stamp."""
    return sha256((settings.STATIC_ROOT / "dist" / ".plateward").read_bytes()).hexdigest()[:8]
