"""Settings of the device listener: no pages, sessions or people."""

from plateward.settings import *  # noqa: F403
from plateward.settings import DATABASES

ROOT_URLCONF = "plateward.device_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth requires it to load
]
# A few threads serve all requests; each keeps its connection, since a new one costs a key derivation.
DATABASES["default"]["CONN_MAX_AGE"] = None
