"""The people's listener: pages and event streams."""

import os
import warnings

from django.conf import settings
from django.core.asgi import get_asgi_application

from plateward.core.db.encryption import require_encryption_at_rest, require_encryption_in_transit
from plateward.core.loading import freeze, hold
from plateward.serve.behind_door import behind_door

hold()
os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_pages"  # whatever started this listener
pages = get_asgi_application()

from plateward.core.audit.witnesses.outage import REPORTS  # noqa: E402  # it loads the models
from plateward.serve.pages import buffered, one_cookie_header  # noqa: E402  # it loads the models

# WhiteNoise gives small files that are read whole at once; Django's warning about that is of no use to anybody.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = behind_door(one_cookie_header(buffered(pages)), settings.PROXIES)
require_encryption_at_rest()
require_encryption_in_transit()
REPORTS.begin()
freeze()
