"""The people's listener: pages and event streams."""

import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings"  # whatever started this listener
application = get_asgi_application()
