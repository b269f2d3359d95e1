"""An administrator turns off the notices about a list that another owns, and never the last one's."""

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.notices import administrators_to_notify
from plateward.ground import clock
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.h/reports")]


def owned_by(owner: Person | None) -> HotList:
    hotlist, _ = HotList.objects.update_or_create(name="BOLO", defaults={"source": "SP", "owner": owner})
    return hotlist


@pytest.mark.both_databases
def test_notices_about_a_list_are_turned_off_as_long_as_its_owner_can_act() -> None:
    gloria, frank = person("gloria"), person("frank", role=Role.ADMINISTRATOR)
    client, hotlist = signed_in(gloria), owned_by(None)
    settings, choice = f"/hotlists/{hotlist.pk}/settings", f"/hotlists/{hotlist.pk}/notices"
    refused = client.post(choice, follow=True).content.decode()
    assert refused.count("No owner who can act on this list is named.") == 2, (
        "as message, and where the button was"
    )
    owned_by(gloria)
    assert "You own this list." in client.post(choice, follow=True).content.decode()
    assert administrators_to_notify(hotlist) == [gloria, frank]
    owned_by(frank)
    assert "Turn off my notices" in client.get(settings).content.decode()
    assert "Your notices about BOLO are off." in client.post(choice, follow=True).content.decode()
    assert administrators_to_notify(owned_by(frank)) == [frank]
    assert administrators_to_notify(owned_by(gloria)) == [gloria, frank], "she owns it now"
    hotlist = owned_by(frank)
    hotlist.people.add(gloria)
    HotList.objects.update(covert=True)
    assert administrators_to_notify(HotList.objects.get()) == [gloria], "its owner does not see it"
    hotlist.people.add(frank)
    assert administrators_to_notify(HotList.objects.get()) == [frank]
    HotList.objects.update(covert=False)
    frank.accesses.update(ends=clock.now(), ended_by="person:hector")
    assert administrators_to_notify(HotList.objects.get()) == [gloria, frank], "its owner cannot act"
    assert "They are on again" in client.get(settings).content.decode()
    client.post(choice, {"on": ""})
    assert "Turn on my notices" not in client.get(settings).content.decode()
    HotList.objects.update(retired_at=clock.now())
    assert client.post(choice).status_code == 404
    entries = AuditEntry.objects.filter(event="notice.choose", object="hotlist:BOLO")
    assert [entry.outcome for entry in entries] == ["refused", "refused", "done", "done"]


@pytest.mark.clause("6.c.ii/lists")
def test_of_a_covert_list_only_those_hear_whom_it_names() -> None:
    gloria, carla = person("gloria"), person("carla")
    hotlist = owned_by(None)
    HotList.objects.update(covert=True)
    hotlist = HotList.objects.get()
    hotlist.people.add(carla)
    assert administrators_to_notify(hotlist) == [carla], "no administrator may know of it, and somebody hears"
    hotlist.people.add(gloria)
    assert administrators_to_notify(hotlist) == [gloria]


def test_nobody_without_the_duty_has_the_choice() -> None:
    hotlist = owned_by(person("gloria"))
    assert signed_in(person("ada")).post(f"/hotlists/{hotlist.pk}/notices").status_code == 403
