"""If a process dies while preparing a list, nothing is in force, and the next one takes it all back."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from plateward.field.hotlists.imports.apply import apply_load
from plateward.field.hotlists.imports.claims import LoadTaken
from plateward.field.hotlists.imports.tests.made import NCIC_HEAD, applied, live, looked, vehicle
from plateward.field.hotlists.models import Entry, Load, Revision
from plateward.ground import clock
from plateward.testing.hotlist import GLORIA
from plateward.testing.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

# The hub's own act, in the tests' database, with chunks so small that it is killed midway.
CHILD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings"
from django.conf import settings
from plateward.core.db.setup import setup
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
setup(migrated=False)
from plateward.field.hotlists.imports import apply
from plateward.field.hotlists.models import Load
from plateward.testing.hotlist import GLORIA
apply.CHUNK, apply.OTHERS_TURN_S = 5, 5.0
apply.apply_load(GLORIA, Load.objects.get(pk=int(sys.argv[1])))
"""


@pytest.mark.both_databases
@pytest.mark.clause("5.h/import")
def test_a_load_that_is_killed_leaves_nothing_in_force_and_is_taken_back() -> None:
    old = [vehicle(n) for n in range(40)]
    new = [vehicle(n, color="RED" if n < 20 else "BLK") for n in range(30)] + [
        vehicle(n) for n in range(100, 140)
    ]
    applied(NCIC_HEAD + "".join(old), format="ncic")
    before = set(Entry.objects.values_list("pk", flat=True))
    load = looked(NCIC_HEAD + "".join(new), format="ncic")

    environment = os.environ | {
        "PLATEWARD_HOME": str(settings.HOME),
        "PLATEWARD_KEYS": str(settings.KEYS),
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(load.pk)], env=environment)
    try:
        wait_until(lambda: Entry.objects.count() > 40 or child.poll() is not None)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()

    assert Entry.objects.count() > 40, "it was killed in the midst"
    assert live() == {f"T{n:06d}" for n in range(40)}
    assert set(Entry.objects.in_force().values_list("pk", flat=True)) == before
    with pytest.raises(LoadTaken):  # it may be alive: its last beat was moments ago
        apply_load(GLORIA, load)

    Load.objects.filter(pk=load.pk).update(leased_until=clock.now() - timedelta(minutes=1))
    done = apply_load(GLORIA, load)
    assert (done.added, done.changed, done.removed) == (40, 20, 10)
    assert live() == {f"T{n:06d}" for n in (*range(30), *range(100, 140))}
    assert not Revision.objects.filter(at=None).exists()
    assert Entry.objects.count() == 40 + 40 + 20
