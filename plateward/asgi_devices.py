"""The device listener: Django in a few threads, as on WSGI, with several times the intake of its own ASGI."""

import os

import django

from plateward.core.db.encryption import require_encryption_at_rest, require_encryption_in_transit
from plateward.core.loading import freeze, hold
from plateward.serve.behind_door import behind_door

hold()
os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings_devices"  # whatever started this listener
django.setup(set_prefix=False)

from plateward.core.audit.witnesses.outage import REPORTS  # noqa: E402  # it loads the models
from plateward.serve.intake import Intake  # noqa: E402  # it loads the models

application = behind_door(Intake())
require_encryption_at_rest()
require_encryption_in_transit()
REPORTS.begin()
freeze()
