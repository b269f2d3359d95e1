"""What an open page hears for a desktop notification: how many notices are new and about what."""

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.notices.views import COMMITTED_WITHIN
from plateward.people.testing import person, signed_in


@pytest.mark.django_db
@pytest.mark.clause("AC-2/told", "6.b.i.9/entries")
def test_a_page_hears_how_many_are_new_and_about_what_and_nothing_of_a_case() -> None:
    ada = person("ada")
    text = "Alert 7 of plate XYZ4071 rings for you."
    with clock.set_to(clock.now() - COMMITTED_WITHIN):
        notify([ada, person("ben")], Kind.ALERT_SHARE, text, ada, link="/alerts/7/")
    client = signed_in(ada)
    page = client.get("/access/notices/new/")
    first = page.json()["upto"]
    assert page.json() == {"upto": first}, "what was there before is no news"
    assert client.get(f"/access/notices/new/?after={first}").status_code == 204
    for kind in (Kind.ALERT_SHARE, Kind.ALERT_DENY, Kind.FACTOR_CHANGE, Kind.FEED_FAIL):
        notify([ada], kind, text, ada, link="/alerts/7/")
    settle_matter(Kind.FEED_FAIL, ada)
    viewed = AuditEntry.objects.filter(event="notice.view")
    before = viewed.count()
    fresh = client.get(f"/access/notices/new/?after={first}")
    assert fresh.status_code == 204, "one with a lower number may still be committed"
    Notice.objects.update(told_at=clock.now() - COMMITTED_WITHIN)
    news = client.get(f"/access/notices/new/?after={first}")
    lines = ["Alerts: 2", "People and access: 1"]
    assert (news.json()["count"], news.json()["lines"]) == (3, lines)
    assert news.json()["upto"] == Notice.objects.new_to(ada).latest("pk").pk > first
    assert not any(part in news.content.decode() for part in ("XYZ4071", "alerts/7", "Ada"))
    assert viewed.count() == before + 1
    assert client.get("/access/notices/new/?after=x").json().keys() == {"upto"}


@pytest.mark.django_db
@pytest.mark.clause("AC-2/told")
def test_it_is_turned_on_for_a_browser_in_the_settings() -> None:
    page = signed_in(person("ada")).get("/mail/settings/").content.decode()
    assert "Turn on in this browser" in page
    assert f'data-notices="/access/notices/new/" data-person="{person("ada").pk}"' in page
    assert "Notices about a hot list" not in page, "she administers none"
