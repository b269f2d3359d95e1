"""The people's listener: pages and event streams."""

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

from plateward.db.at_rest import require_encryption_at_rest
from plateward.db.in_transit import require_encryption_in_transit

os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_pages"  # whatever started this listener

Application = Callable[[Any, Any, Any], Awaitable[None]]


def one_cookie_header(application: Application) -> Application:
    """A browser may split its cookies over several HTTP/2 fields, which are to be joined with "; " before an
    application sees them (RFC 9113, 8.2.3). Django joins them with a comma, and loses the session.
    """

    async def joined(scope: Any, receive: Any, send: Any) -> None:
        cookies = [value for name, value in scope.get("headers", ()) if name == b"cookie"]
        if len(cookies) > 1:
            others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope = dict(scope) | {"headers": [*others, (b"cookie", b"; ".join(cookies))]}
        await application(scope, receive, send)

    return joined


# WhiteNoise gives small files that are read whole at once; Django's warning about that is of no use to anybody.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = one_cookie_header(get_asgi_application())
require_encryption_at_rest()
require_encryption_in_transit()
