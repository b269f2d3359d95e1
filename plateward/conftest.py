"""What tests of all rooms use, and what each of them finds set up. The run's own home: `testing/home.py`."""

import logging
import math
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

from plateward.core.audit.leaf import Leaf
from plateward.testing.home import HOME

# A busy machine must not fail a test.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

BEFORE_MIDNIGHT = 30.0  # seconds, longer than most tests take on a slow machine
HUBS = {"begun_hub", "live_hub", "running_hub"}  # fixtures: a hub with processes of its own


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HUBS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("hub")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' database, and its copy before any test, which the databases of running hubs are copied from."""
    from plateward.testing.migrated import tests_database

    with django_db_blocker.unblock(), tests_database(), django_db_blocker.block():
        yield


@pytest.fixture(scope="session", autouse=True)
def _set_up_for_tests() -> Iterator[None]:
    """What only takes time is left out: a list of all static files for each test's browser, hashes made to take long,
    and TRUNCATE, which makes new files on PostgreSQL. And a command that is called within the process would have the
    log go to its own stderr, which closes with it; pytest has the log anyway."""
    from django.contrib.auth.hashers import ScryptPasswordHasher
    from django.test import TransactionTestCase, override_settings

    from plateward.testing.emptying import delete_rows

    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if type(handler) is not logging.StreamHandler]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScryptPasswordHasher, "work_factor", 2**4)
        patch.setattr(TransactionTestCase, "_fixture_teardown", delete_rows)
        with override_settings(LOGGING_CONFIG=None, WHITENOISE_AUTOREFRESH=True):
            yield


@pytest.fixture(autouse=True)
def _no_midnight_within_a_test() -> None:
    """A test may say "today" more than once, so none begins right before midnight, in UTC or at the agency."""
    from django.conf import settings

    zones = UTC, ZoneInfo(settings.TIME_ZONE)
    while any(_day(zone, ahead=BEFORE_MIDNIGHT) != _day(zone) for zone in zones):
        time.sleep(1)


def _day(zone: tzinfo, ahead: float = 0.0) -> date:
    return datetime.fromtimestamp(time.time() + ahead, zone).date()


@pytest.fixture(autouse=True)
def _nothing_beside_what_was_rolled_back() -> None:
    """The end of a test rolls back its log entries, so drop the head that it signed too, what tells that log from
    another, and the sharing configuration in force. And its hot lists may have had the versions of the next test's,
    and entries with other keys."""
    if signed := sys.modules.get("plateward.people.signed"):
        vars(signed)["_Kept"].until, vars(signed)["_Kept"].found = math.inf, signed.NOTHING_SIGNED
    Path(HOME, "keys", "audit.head").unlink(missing_ok=True)
    if (data := Path(HOME, "data")).exists():
        (data / "database.marker").write_bytes(b"")
    if current := sys.modules.get("plateward.field.hotlists.delivery.current"):
        vars(current)["_loaded"] = None


@pytest.fixture
def recorded() -> Callable[[str], Leaf]:
    """The latest entry of an event on the log, without the digests of what was written: a test's own rows are among
    them."""
    from plateward.core.audit.models import AuditEntry

    def latest(event: str) -> Leaf:
        leaf = AuditEntry.objects.filter(event=event).latest("sequence").leaf
        assert leaf is not None
        leaf.details.pop("records", None)
        return leaf

    return latest


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks over all addresses: who is answered, and how, is decided before a page is rendered, and thousands of
    pages take minutes. web/tests/test_by_itself.py renders every page of every role."""
    from django.template.backends.django import Template

    monkeypatch.setattr(Template, "render", lambda *_, **__: "")


@pytest.fixture
def counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks that look for something else: what waits for a person is counted for their first page, not for each of
    hundreds, where it takes a third of the time."""
    from plateward.people.navigation import Viewer

    answers: dict[Any, Any] = {}

    def ask(viewer: Viewer, question: Callable[[Viewer], Any]) -> Any:
        if (viewer.person.pk, question) not in answers:
            answers[viewer.person.pk, question] = question(viewer)
        return answers[viewer.person.pk, question]

    monkeypatch.setattr(Viewer, "ask", ask)


@pytest.fixture
def alerts_shown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks that look for something else: what an alert's page says is put together for its first answer to each
    person. Every refused step shows the whole page again, which takes ten times as long as the refusal."""
    from plateward.people.models import Person
    from plateward.work.alerts.models import Alert
    from plateward.work.alerts.page import views
    from plateward.work.alerts.page.context import alert_context
    from plateward.work.dispatch import views as dispatch

    contexts: dict[Any, dict[str, Any]] = {}

    def once(alert: Alert, person: Person) -> dict[str, Any]:
        if (alert.pk, person.pk) not in contexts:
            contexts[alert.pk, person.pk] = alert_context(alert, person)
        return dict(contexts[alert.pk, person.pk])

    monkeypatch.setattr(views, "alert_context", once)
    monkeypatch.setattr(dispatch, "alert_context", once)
