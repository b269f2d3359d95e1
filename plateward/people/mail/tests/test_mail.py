"""Mails about new notices, through a relay on a real socket: what is in them, to whom they go, and what happens
while the relay takes none."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.db import connection

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.core.db.locking import change_row
from plateward.demo.processes import free_port
from plateward.ground import clock
from plateward.ground.links.mail import MailError, Relay, send_mail
from plateward.ground.links.testing import Site, make_site
from plateward.ground.policy.decision import Refused
from plateward.people.mail import actions, rules
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind, Topic, topic_of
from plateward.people.notices.models import Mailbox, MailRelay
from plateward.people.testing import acting, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("AC-2/told")]
USER, PASSWORD = "plateward", "correct horse battery"
ADA = "ada@agency.gov"


class Taken:
    """Every mail that the relay took; `refuses` answers instead of taking one."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Message]] = []
        self.refuses = ""
        self.unknown = ""
        self.farewell = "221 Bye"

    async def handle_RCPT(
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address == self.unknown:
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return self.refuses
        assert session.ssl
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"

    async def handle_QUIT(self, _: SMTP, __: Session, ___: Envelope) -> str:
        return self.farewell


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("relay"))


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def relay(site: Site, taken: Taken) -> Iterator[Relay]:
    """A relay that takes a mail only after STARTTLS and a log-in."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*site.server)
    controller = Controller(
        taken, "127.0.0.1", free_port(0), tls_context=tls, require_starttls=True, authenticator=knows,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    try:
        yield Relay(
            "127.0.0.1",
            controller.port,
            "plateward@agency.gov",
            user=USER,
            password=PASSWORD,
            authority=site.authority.read_text().strip(),  # as the form stores it
        )
    finally:
        controller.stop()


@pytest.fixture
def ada(relay: Relay) -> Person:
    """Ada, who chose mails about alerts at an agency whose relay this is."""
    values = {
        "on": True,
        "host": relay.host,
        "port": relay.port,
        "security": MailRelay.Security.STARTTLS,
        "user": USER,
        "sender": relay.sender,
        "domain": "agency.gov",
        "authority": relay.authority,
    }
    actions.set_relay(acting("gloria"), values, PASSWORD)
    actions.choose_mail(acting("ada"), ADA, [Topic.ALERTS])
    return person("ada")


def hear(
    ada: Person, text: str = "Alert 7 of plate XYZ4071 rings for you.", kind: Kind = Kind.ALERT_ACKNOWLEDGE
) -> None:
    notify([ada], kind, text, ada, link="/alerts/7/")


def test_a_mail_says_how_many_and_about_what_and_nothing_of_a_case(ada: Person, taken: Taken) -> None:
    hear(ada)
    assert actions.send_mails() == 1
    ((to, mail),) = taken.mails
    assert (to, mail["To"], mail["From"]) == ([ADA], ADA, "plateward@agency.gov")
    assert mail["Subject"] == "Plateward: 1 new matter"
    body = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "You have 1 new matter in Plateward." in body
    assert "Alerts: 1" in body
    assert "/access/notices/" in body
    whole = mail.as_string()
    assert not any(part in whole for part in ("XYZ4071", "alerts/7", "Ada", PASSWORD))
    entry = AuditEntry.objects.get(event=Event.MAIL_SEND)
    assert (entry.object, entry.actor_kind) == ("person:ada", "system")


@pytest.mark.both_databases
def test_nothing_is_mailed_twice_nor_what_was_read_or_done_nor_other_topics(
    ada: Person, taken: Taken
) -> None:
    hear(ada)
    assert (actions.send_mails(), actions.send_mails()) == (1, 0)
    hear(ada, kind=Kind.ALERT_SHARE)
    settle_matter(Kind.ALERT_SHARE, ada)
    hear(ada, kind=Kind.FACTOR_CHANGE)
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert actions.send_mails() == 0
    assert len(taken.mails) == 1


def test_a_mail_that_was_taken_counts_however_the_relay_says_farewell(ada: Person, taken: Taken) -> None:
    taken.farewell = "421 Too busy"
    hear(ada)
    assert actions.send_mails() == 1
    assert MailRelay.objects.get().failing_since is None
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert actions.send_mails() == 0
    assert len(taken.mails) == 1


def test_mails_to_one_person_are_minutes_apart_and_the_next_has_all_of_them(
    ada: Person, taken: Taken
) -> None:
    hear(ada)
    actions.send_mails()
    hear(ada)
    hear(ada)
    assert actions.send_mails() == 0
    with clock.set_to(clock.now() + rules.APART + timedelta(seconds=1)):
        assert actions.send_mails() == 1
    assert taken.mails[1][1]["Subject"] == "Plateward: 2 new matters"


def test_what_the_relay_did_not_take_is_sent_later_and_not_for_ever(ada: Person, taken: Taken) -> None:
    hear(ada)
    taken.refuses = "451 Try again later"
    assert actions.send_mails() == 0
    known = MailRelay.objects.get()
    assert known.failing_since is not None
    assert known.problem == "The mail relay did not take the email: it answered 451."
    assert actions.send_mails() == 0  # not before its time
    taken.refuses = ""
    now = clock.now()
    with clock.set_to(now + timedelta(seconds=6)):
        assert actions.send_mails() == 1
    assert MailRelay.objects.get().failing_since is None
    hear(ada)
    taken.refuses = "550 No such user"
    for number in range(1, rules.MOST_TRIES + 3):
        with clock.set_to(now + timedelta(hours=2 * number)):
            assert actions.send_mails() == 0
    tries = AuditEntry.objects.filter(event=Event.MAIL_SEND).count()
    assert tries == 2 + rules.MOST_TRIES
    assert "550" in Mailbox.objects.get().problem_text
    assert MailRelay.objects.get().failing_since is None  # it refuses this person's, not all


def test_an_address_that_the_relay_refuses_holds_nobody_else_up(ada: Person, taken: Taken) -> None:
    actions.choose_mail(acting("ben"), "ben@agency.gov", [Topic.ALERTS])
    taken.unknown = ADA
    hear(ada)
    hear(person("ben"))
    assert actions.send_mails() == 1
    assert [to for to, _ in taken.mails] == [["ben@agency.gov"]]
    assert Mailbox.objects.get(person=ada).problem_text == "The mail relay refused this address."
    assert MailRelay.objects.get().failing_since is None


def test_who_may_not_work_gets_no_mail(ada: Person, taken: Taken) -> None:
    ada.accesses.update(ends=clock.now(), ended_by="person:gloria")
    hear(ada)
    assert actions.send_mails() == 0
    assert taken.mails == []


def test_mails_go_to_the_agencys_own_addresses_alone(ada: Person) -> None:
    with pytest.raises(Refused, match="Email goes only to addresses at"):
        actions.choose_mail(acting("ada"), "ada@elsewhere.example", [Topic.ALERTS])
    assert Mailbox.objects.get().address == ADA


@pytest.mark.clause("6.i.ii/tls", "6.i.ii/devices", "SC-8/systems")
def test_nothing_leaves_without_tls_or_to_a_relay_that_another_authority_vouches_for(
    site: Site, relay: Relay, taken: Taken, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = make_site(tmp_path / "other").authority.read_text()
    stranger = Relay(relay.host, relay.port, relay.sender, user=USER, password=PASSWORD, authority=other)
    with pytest.raises(MailError, match="certificate is not trusted"):
        send_mail(stranger, ADA, "s", "t")
    plain = Controller(taken, "127.0.0.1", free_port(0))
    plain.start()
    try:
        with pytest.raises(MailError, match="does not offer TLS"):
            send_mail(Relay(relay.host, plain.port, relay.sender, authority=relay.authority), ADA, "s", "t")
    finally:
        plain.stop()
    wrong = Relay(relay.host, relay.port, relay.sender, user=USER, password="no", authority=relay.authority)
    with pytest.raises(MailError, match="user name or password") as refused:
        send_mail(wrong, ADA, "s", "t")
    assert "no" not in repr(wrong).split("password")[0].split()
    assert PASSWORD not in str(refused.value)
    assert taken.mails == []


@pytest.mark.both_databases
@pytest.mark.clause("SC-28/data")
def test_the_relays_password_is_sealed_and_never_shown_again(ada: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM people_mailrelay")
        assert PASSWORD.encode() not in bytes(cursor.fetchone()[0])
    client = signed_in(person("gloria"))
    page = client.get("/mail/").content.decode()
    assert "agency.gov" in page
    assert PASSWORD not in page
    form = {
        "host": "127.0.0.1", "port": MailRelay.objects.get().port, "security": "starttls", "user": USER,
        "sender": "p@agency.gov", "domain": "agency.gov", "password": "",
        "authority": MailRelay.objects.get().authority,
    }  # fmt: skip
    elsewhere = client.post("/mail/", form | {"host": "mail.attacker.example"})
    assert elsewhere.status_code == 422
    assert "Enter the password for this server and user." in elsewhere.content.decode()
    for changed in ({"security": "tls"}, {"authority": ""}):  # who else might get it
        assert client.post("/mail/", form | changed).status_code == 422, changed
    assert MailRelay.objects.get().security == "starttls"
    assert client.post("/mail/", form).status_code == 302
    known = MailRelay.objects.get()
    assert (known.secret, known.on) == (PASSWORD, False)
    assert actions.send_mails() == 0
    first, last = AuditEntry.objects.filter(event=Event.MAIL_SET)
    assert first.leaf
    assert last.leaf
    digest = sha256(known.authority.encode()).hexdigest()
    for leaf, is_new in ((first.leaf, True), (last.leaf, False)):
        assert (leaf.details["user"], leaf.details["authority_sha256"]) == (USER, digest)
        assert leaf.details["secret_changed"] is is_new
    assert client.post("/mail/", form | {"user": ""}).status_code == 302  # which takes the password away
    latest = AuditEntry.objects.filter(event=Event.MAIL_SET).latest("sequence").leaf
    assert latest
    assert latest.details["secret_changed"] is True


def test_a_person_chooses_on_a_page_that_says_what_stays_on(ada: Person) -> None:
    client = signed_in(ada)
    page = client.get("/mail/settings/").content.decode()
    assert f'value="{ADA}"' in page
    assert "Always on" in page
    assert "AC-2" in page
    refused = client.post("/mail/settings/", {"address": "x@y.example", "topics": ["alerts"]})
    assert refused.status_code == 409
    assert client.post("/mail/settings/", {"address": "", "topics": ["alerts"]}).status_code == 422
    assert client.post("/mail/settings/", {"address": "", "topics": []}).status_code == 302
    assert Mailbox.objects.get().topics == []
    change_row(MailRelay.objects.get(), on=False)
    assert "This agency sends no email." in client.get("/mail/settings/").content.decode()


def test_every_kind_has_a_topic() -> None:
    assert {topic_of(kind) for kind in Kind} == set(Topic)
