"""How a command line that needs the hub's database brings Django up."""

import os

import django


def setup() -> None:
    """Bring Django up with the hub's settings. Raises `NotEncryptedAtRest`, and what the key ring raises."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateward.settings")
    django.setup()

    from plateward.db.at_rest import require_encryption_at_rest

    require_encryption_at_rest()
