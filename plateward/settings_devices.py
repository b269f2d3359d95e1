"""The device listener's settings: no pages, no sessions, no people."""

from plateward.settings import *  # noqa: F403

ROOT_URLCONF = "plateward.device_urls"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
