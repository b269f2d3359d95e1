"""The device listener's settings: no pages, no sessions, no people."""

from plateward.settings import *  # noqa: F403
from plateward.settings import DATABASES

ROOT_URLCONF = "plateward.device_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth does not load without it
]
# A few threads serve all: each keeps its connection, which costs a key derivation to make anew.
DATABASES["default"]["CONN_MAX_AGE"] = None
