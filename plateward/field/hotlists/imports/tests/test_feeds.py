"""Lists that the hub fetches by itself, from a folder and from an SFTP server on a real socket."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest
from django.db import connection

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.field.hotlists.imports import feeds
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.imports.testing import fetch_when_due, make_feed, write_extract
from plateward.field.hotlists.imports.tests.made import live
from plateward.field.hotlists.models import HotList, Load, NoticeOptOut
from plateward.ground import clock
from plateward.ground.links import sftp as link
from plateward.ground.links.fetching import FetchError
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import person
from plateward.testing.hotlist import GLORIA
from plateward.testing.waiting import WITHIN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(tmp_path: Path, settings: object) -> Path:
    settings.FEEDS = tmp_path / "feeds"  # type: ignore[attr-defined]
    place = tmp_path / "feeds" / "ncic"
    place.mkdir(parents=True)
    return place


@pytest.mark.clause("5.h/import")
def test_the_newest_file_of_a_folder_becomes_the_list_twice_a_day(root: Path) -> None:
    write_extract(root, "VEHEXTRT-old.txt", 7, older_s=60)
    write_extract(root, "VEHEXTRT-new.txt", 1, 2)
    write_extract(root, "OTHER.txt", 9)
    feed = make_feed()
    assert feeds.fetch_due() == 0, "it is not its time yet"
    feed = fetch_when_due(feed)
    assert (feed.failures, feed.result) == (0, "VEHEXTRT-new.txt: 2 added, 0 changed, 0 removed, 0 rejected.")
    assert live() == {"T000001", "T000002"}
    assert timedelta() < feed.next_at - clock.now() <= timedelta(hours=12)
    hotlist = HotList.objects.get()
    assert hotlist.refresh_times == ["05:30", "17:30"]
    assert feeds.fetch_due() == 0


@pytest.mark.clause("5.h/import")
def test_the_same_file_again_refreshes_the_list_and_changes_nothing(
    root: Path, recorded: Callable[[str], Leaf]
) -> None:
    write_extract(root, "VEHEXTRT.txt", 1)
    feed = fetch_when_due(make_feed())
    before, revisions = HotList.objects.get(), HotList.objects.get().revisions.count()
    feed = fetch_when_due(feed)
    after = HotList.objects.get()
    assert feed.result == "VEHEXTRT.txt is the same file as before."
    assert before.refreshed_at is not None
    assert after.refreshed_at is not None
    assert after.refreshed_at > before.refreshed_at
    assert after.revisions.count() == revisions
    assert Load.objects.first().state == "unchanged"  # type: ignore[union-attr]
    assert recorded("hotlist.refresh").object == "hotlist:NCIC"


@pytest.mark.clause("5.h/reports")
def test_a_failure_is_shown_tried_again_soon_and_told_once(
    root: Path, recorded: Callable[[str], Leaf]
) -> None:
    gloria, frank, feed = person("gloria"), person("frank", role=Role.ADMINISTRATOR), make_feed()
    with act(GLORIA, Event.HOTLIST_UPDATE, "hotlist:NCIC"):
        HotList.objects.update(owner=gloria)
    NoticeOptOut.objects.create(person=frank, hotlist=feed.hotlist)
    feed = fetch_when_due(feed)
    assert (feed.failures, "There is no file VEHEXTRT*.txt in" in feed.result) == (1, True)
    assert feed.next_at - clock.now() <= timedelta(minutes=5)
    assert recorded("feed.fetch").outcome == "failed"
    feed = fetch_when_due(feed)
    assert feed.failures == 2
    (notice,) = Notice.objects.filter(to=gloria)
    assert "The feed of NCIC failed" in notice.text
    assert not Notice.objects.filter(to=frank).exists(), "he turned them off, and its owner acts"
    gloria.accesses.update(ends=clock.now(), ended_by="person:hector")
    feed = fetch_when_due(feed)
    assert Notice.objects.filter(to=gloria).count() == 1
    assert "The feed of NCIC failed" in Notice.objects.get(to=frank).text, "she can act no more"
    write_extract(root, "VEHEXTRT.txt", 1)
    assert fetch_when_due(feed).failures == 0
    assert live() == {"T000001"}


@pytest.mark.clause("5.h/reports")
def test_a_fetched_list_that_halves_is_held_and_told(root: Path) -> None:
    gloria = person("gloria")
    write_extract(root, "VEHEXTRT.txt", *range(200))
    feed = fetch_when_due(make_feed())
    write_extract(root, "VEHEXTRT.txt", *range(100))
    feed = fetch_when_due(feed)
    assert "VEHEXTRT.txt is held: The list would shrink from 200 to 100" in feed.result
    assert "Approve or discard it" in Notice.objects.get(to=gloria).text
    assert len(live()) == 200
    frank = person("frank", role=Role.ADMINISTRATOR)
    feed = fetch_when_due(feed)
    assert "is still held" in feed.result
    assert Notice.objects.filter(to=gloria).count() == 1
    assert "Approve or discard it" in Notice.objects.get(to=frank).text, "an administrator since then"
    assert Load.objects.filter(state="held").count() == 1


def test_a_folder_outside_that_of_the_feeds_and_a_link_out_of_it_are_not_read(
    root: Path, tmp_path: Path
) -> None:
    with pytest.raises(FetchError, match="is not under"):
        make_feed(folder="../keys")
    secret = write_extract(tmp_path, "VEHEXTRT.txt", 1)
    (root / "VEHEXTRT.txt").symlink_to(secret)
    assert "There is no file" in fetch_when_due(make_feed()).result


@pytest.mark.both_databases
def test_of_two_nodes_one_has_the_turn(root: Path) -> None:
    write_extract(root, "VEHEXTRT.txt", 1)
    feed = make_feed()
    Feed.objects.filter(pk=feed.pk).update(next_at=clock.now())
    done: list[int] = []

    def node() -> None:
        done.append(feeds.fetch_due())
        connection.close()

    threads = [threading.Thread(target=node) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1]
    assert Load.objects.count() == 1


# SFTP.


@dataclass
class Server:
    """Another agency's SFTP server, with the folder that it offers."""

    folder: Path
    port: int
    host_key: str


class _OneUser(asyncssh.SSHServer):
    def __init__(self, key: asyncssh.SSHKey) -> None:
        self._key = key.public_data

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("plateward", "a long password")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "plateward" and key.public_data == self._key


CLIENT = asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """What another agency serves."""
    folder = tmp_path / "served"
    folder.mkdir()

    def chroot(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    with listening(chroot) as (port, host_key):
        yield Server(folder, port, host_key)


@contextmanager
def listening(
    make: Callable[["asyncssh.SSHServerChannel[bytes]"], asyncssh.SFTPServer],
) -> Iterator[tuple[int, str]]:
    """A real server on a real socket, in a thread with its own event loop: its port and host key."""
    host = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _OneUser(CLIENT),
            server_host_keys=[host],
            sftp_factory=make,
        )

    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(WITHIN)
    yield acceptor.get_port(), host.export_public_key().decode()

    async def stop() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    asyncio.run_coroutine_threadsafe(stop(), loop).result(WITHIN)
    loop.call_soon_threadsafe(loop.stop)


def sftp(server: Server, **fields: object) -> Feed:
    given: dict[str, object] = {
        "place": "sftp",
        "folder": "",
        "host": "127.0.0.1",
        "port": server.port,
        "user": "plateward",
        "host_key": server.host_key,
        "secret": "a long password",
    }
    return make_feed(**(given | fields))


@pytest.mark.clause("5.h/import")
@pytest.mark.parametrize(
    "secret", ["a long password", CLIENT.export_private_key().decode()], ids=["password", "key"]
)
def test_a_list_is_fetched_from_an_sftp_server(server: Server, secret: str) -> None:
    write_extract(server.folder, "VEHEXTRT.txt", *range(3000))
    feed = fetch_when_due(sftp(server, secret=secret))
    assert feed.result == "VEHEXTRT.txt: 3000 added, 0 changed, 0 removed, 0 rejected."
    assert len(live()) == 3000


@pytest.mark.clause("6.i.ii/devices")
def test_a_server_with_another_host_key_gets_nothing(server: Server) -> None:
    write_extract(server.folder, "VEHEXTRT.txt", 1)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    feed = fetch_when_due(sftp(server, host_key=other))
    assert "shows a host key that is not the pinned one" in feed.result
    assert not live()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"secret": "wrong"}, "refuses the user plateward"),
        ({"pattern": "NONE*"}, "There is no file NONE"),
        ({"port": 1}, "could not be reached"),
    ],
)
def test_a_server_that_does_not_answer_as_it_should_is_told_without_the_secret(
    server: Server, fields: dict[str, object], says: str
) -> None:
    write_extract(server.folder, "VEHEXTRT.txt", 1)
    feed = fetch_when_due(sftp(server, **fields))
    assert says in feed.result
    assert "long password" not in feed.result


def test_a_file_over_the_bound_is_not_fetched(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    write_extract(server.folder, "VEHEXTRT.txt", *range(100))
    monkeypatch.setattr(feeds, "MAX_BYTES", 1000)
    assert "was not fetched" in fetch_when_due(sftp(server)).result


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
def test_the_secret_lies_sealed_and_a_key_that_is_none_is_refused(server: Server) -> None:
    feed = sftp(server)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM hotlists_feed")
        ((sealed,),) = cursor.fetchall()
    assert b"long password" not in bytes(sealed)
    with pytest.raises(FetchError, match="not a server's public key"):
        feeds.save_feed(GLORIA, feed.hotlist, {"host_key": "ssh-ed25519 nonsense"})
    with pytest.raises(FetchError, match="private key cannot be read"):
        feeds.save_feed(GLORIA, feed.hotlist, {"secret": "-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense"})
    feed.refresh_from_db()
    assert (feed.host_key, feed.secret) == (server.host_key, "a long password")


@pytest.mark.clause("5.h/import")
def test_fetch_now_fetches_a_feed_that_is_off_once_and_leaves_it_off(root: Path) -> None:
    gloria = person("gloria")
    write_extract(root, "VEHEXTRT.txt", 1)
    feed = make_feed(on=False)
    feeds.fetch_soon(GLORIA, feed)
    assert feeds.fetch_due() == 1
    feed.refresh_from_db()
    assert (live(), feed.on, feed.once) == ({"T000001"}, False, False)
    Feed.objects.update(next_at=clock.now() - timedelta(seconds=1))
    assert feeds.fetch_due() == 0
    (root / "VEHEXTRT.txt").unlink()
    feeds.fetch_soon(GLORIA, feed)
    assert feeds.fetch_due() == 1
    assert "is off and will not retry" in Notice.objects.get(to=gloria).text
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert feeds.fetch_due() == 0


def test_settings_of_a_feed_are_stored_without_what_its_turns_have_written_since(root: Path) -> None:
    write_extract(root, "VEHEXTRT.txt", 1)
    feed = make_feed()
    fetch_when_due(make_feed())
    feeds.save_feed(GLORIA, feed.hotlist, {"pattern": "*.txt"})
    feed.refresh_from_db()
    assert (feed.pattern, "1 added" in feed.result, feed.tried_at is not None) == ("*.txt", True, True)


class _Hostile(asyncssh.SFTPServer):
    """Answers what it likes; `does` is the name of its attack."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]", does: str) -> None:
        super().__init__(channel)
        self.does = does

    async def scandir(self, path: bytes) -> "AsyncIterator[asyncssh.SFTPName]":
        name, size = NAMES.get(self.does, b"VEHEXTRT.txt"), 2**63 if self.does == "vast" else 10
        if self.does == "sentence":
            raise asyncssh.SFTPFailure("no\0\x1b[31m\u202e")
        while True:
            about = asyncssh.SFTPAttrs(
                type=asyncssh.FILEXFER_TYPE_REGULAR, size=size, permissions=0o100644, mtime=5
            )
            yield asyncssh.SFTPName(name, b"", about)
            if self.does == "lists for ever":
                await asyncio.sleep(0.1)
            elif self.does != "list without end":
                return

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        return self

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if self.does == "stops":
            await asyncio.sleep(WITHIN)
        return b"V" * (1 if self.does == "a byte at a time" else size)

    def close(self, file_obj: object) -> None:
        pass


NAMES = {
    "a path": b"VEHEXTRT/../../etc/passwd.txt",
    "control characters": b"VEHEXTRT\0\x1b[31m\r\n\xe2\x80\xae.txt",
    "a long name": b"VEHEXTRT" + b"A" * 100_000 + b".txt",
    "no text": b"VEHEXTRT\xff.txt",
}


@pytest.mark.both_databases
@pytest.mark.clause("5.h/reports")
@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("a path", "There is no file"),
        ("control characters", "There is no file"),
        ("a long name", "There is no file"),
        ("no text", "Unable to decode name"),
        ("list without end", "more than 5000 files"),
        ("lists for ever", "did not send the file within"),
        ("vast", "was not fetched"),
        ("file without end", "was not fetched"),
        ("a byte at a time", "did not send the file within"),
        ("stops", "did not send the file within"),
        ("sentence", "disconnected: no  [31m ."),
    ],
)
def test_a_hostile_server_holds_up_no_feed_and_names_nothing_outside_its_folder(
    does: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(link, "WHOLE_S", 1)
    with listening(lambda channel: _Hostile(channel, does)) as (port, host_key):
        feed = fetch_when_due(sftp(Server(tmp_path, port, host_key)))
    assert (feed.failures, says in feed.result) == (1, True), feed.result
    assert not live()
