"""The site's own map: one PMTiles file, in the pieces that a map asks for. No map asks an outside host."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from plateward.ground.policy.trace import enforces

RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})")
MOST_BYTES = 8 * 1024 * 1024  # of one piece: PMTiles' own directories and tiles are far smaller


@require_GET
@enforces("6.b.i.8/matrix")
def map_tiles(request: HttpRequest) -> HttpResponse:
    """A piece of the file: `Range` is required, with its first and last byte."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if settings.MAP_TILES is None:
        raise Http404("This site has no map of its own.")
    if asked is None:
        return HttpResponse(status=416)
    first, last = int(asked[1]), int(asked[2])
    with settings.MAP_TILES.open("rb") as file:
        size = file.seek(0, 2)
        if not first <= last or first >= size:
            return HttpResponse(status=416)
        file.seek(first)
        piece = file.read(min(last + 1 - first, MOST_BYTES))
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=86400",
        "Content-Range": f"bytes {first}-{first + len(piece) - 1}/{size}",
    }
    return HttpResponse(piece, status=206, content_type="application/octet-stream", headers=headers)
