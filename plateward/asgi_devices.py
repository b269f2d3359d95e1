"""The device listener: Django in a few threads, as on WSGI, with several times the intake of its own ASGI."""

import os

import django

from plateward.db.encryption import require_encryption_at_rest, require_encryption_in_transit
from plateward.loading import hold
from plateward.serve.behind_door import behind_door
from plateward.serve.heap import freeze

hold()
os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_devices"  # whatever started this listener
django.setup(set_prefix=False)

from plateward.audit.witnesses.outage import REPORTS  # noqa: E402  # it loads the models
from plateward.serve.intake import Intake  # noqa: E402  # it loads the models

application = behind_door(Intake())
require_encryption_at_rest()
require_encryption_in_transit()
REPORTS.begin()
freeze()
