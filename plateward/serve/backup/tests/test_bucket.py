"""Backups in a bucket, which moto's server has on a real socket."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import moto.settings
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from plateward.ground.config.keys import S3, Site
from plateward.ground.links.testing import make_site
from plateward.serve.backup.bucket import Bucket, bucket_of
from plateward.serve.backup.stores import TargetUnusable
from plateward.serve.backup.tests.drill import COUNT, DESTROY, Drill, begun_hub, drill, killed_at, restored
from plateward.testing.waiting import WITHIN

__all__ = ["begun_hub", "drill"]
ADDRESS, KEY, SECRET = "s3://backups/hub", "AKIDOFTHEHUB", "secret-of-nobody"
# Before its manifest, the command that follows lets another backup be made.
SECOND = """
import subprocess, sys
import obstore
real = obstore.put
def put(store, name, *rest, **more):
    if name.startswith("backups/"):
        obstore.put = real
        subprocess.run([sys.executable, "-m", "plateward", *sys.argv[1:]], check=True)
    return real(store, name, *rest, **more)
obstore.put = put
from plateward.cli import main
main()
"""


@dataclass(frozen=True)
class Server:
    """A bucket `backups` at `endpoint`, and what a hub has of it below `home`."""

    endpoint: str
    home: Path

    @property
    def bucket(self) -> Bucket:
        return bucket_of(ADDRESS, Site(home=self.home, s3=S3(endpoint=self.endpoint)))

    @property
    def env(self) -> dict[str, str]:
        return {
            "PLATEWARD_S3_ENDPOINT": self.endpoint,
            "PLATEWARD_SECRETS": str(self.home / "secrets"),
            "PLATEWARD_AUTHORITIES": str(self.home / "authorities"),
        }


@contextmanager
def served(home: Path, tls: tuple[Path, Path] | None) -> Iterator[Server]:
    app = DomainDispatcherApplication(create_backend_app)
    files = (str(tls[0]), str(tls[1])) if tls else None
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=files)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        endpoint = f"http{'s' if tls else ''}://127.0.0.1:{server.port}"
        httpx.put(
            f"{endpoint}/backups", verify=False, headers={"Host": "s3.amazonaws.com"}
        ).raise_for_status()
        (home / "secrets").mkdir(exist_ok=True)
        for name, text in {"s3-access-key": KEY, "s3-secret-key": SECRET}.items():
            (home / "secrets" / name).write_text(f"{text}\n")
            (home / "secrets" / name).chmod(0o600)
        yield Server(endpoint, home)
    finally:
        httpx.post(f"{endpoint}/moto-api/reset", verify=False)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """By TLS."""
    home = tmp_path / "s3"
    (home / "authorities").mkdir(parents=True)
    site = make_site(home)
    site.authority.rename(home / "authorities" / "s3.pem")
    with served(home, site.server) as running:
        yield running


@pytest.fixture
def at(drill: Drill, server: Server) -> Drill:
    """The drill with its backups in the bucket."""
    drill.hub, drill.bucket = drill.hub.but(**server.env), ADDRESS
    return drill


@pytest.mark.clause(
    "SC-28/backup", "SC-8/systems", "6.h.ii/restored", "6.j.i/proven", "6.b.i.9/sealed", "MP-6/erased"
)
def test_a_backup_in_a_bucket_is_tested_and_restored_and_what_was_destroyed_since_stays_so(
    at: Drill, server: Server
) -> None:
    first, again = at.back_up(), at.back_up()
    assert (first["backup"], again["backup"]) == (1, 2)
    assert int(str(again["copied"])) <= (at.hub.home / "data" / "hub.db").stat().st_size
    bucket = server.bucket
    names = {name for below in ("objects", "backups") for name in bucket.names(below)}
    assert {"backups/000001.backup", "backups/000002.backup"} < names
    assert not any(b"BAD123" in bucket.get(name).read() for name in names)
    told = at.hub.command("backup", "verify", *at.source())
    assert "3 reads, 6 images, 1 evidence packages" in told.stdout
    assert SECRET not in told.stdout + told.stderr
    hub, said = restored(at)
    assert "Restored: backup 2" in said
    assert hub.ask(COUNT)[0] == 3

    at.hub.ask(DESTROY.format(day=at.day))
    at.back_up("--keep", "2")
    assert sorted(bucket.names("backups")) == ["backups/000002.backup", "backups/000003.backup"]
    hub, said = restored(at, "--at", str(again["made"])[:19], name="past")
    assert "Restored: backup 2" in said
    assert hub.ask(COUNT)[0] == 0
    assert not list((hub.home / "data").glob("images/*.seg"))
    assert not list((hub.home / "data").glob("days/*.key"))


def test_a_backup_to_a_bucket_that_was_killed_goes_on_and_so_does_its_restore(at: Drill) -> None:
    for name in ("objects/", "keys.age", "backups/"):
        killed_at(name, "backup", *at.line(), env=at.hub.env)
    made = at.back_up()
    assert made["backup"] == 1
    assert int(str(made["copied"])) < int(str(made["bytes"])), "what was there already is not copied again"
    hub = at.hub.but(PLATEWARD_HOME=str(at.folder / "new" / "hub"))
    killed_at(".seg", "restore", *at.source(), "--administrator", "G", "--reason", "R", env=hub.env)
    assert "Restored: backup 1" in restored(at)[1]
    assert hub.ask(COUNT)[0] == 3


@pytest.mark.clause("6.j.i/proven")
def test_an_object_that_was_altered_or_is_missing_is_named(at: Drill, server: Server) -> None:
    at.back_up()
    bucket = server.bucket
    sound = {name: bucket.get(name).read() for name in bucket.names("objects")}
    for name, content in sound.items():
        bucket.put(name, [bytes([content[0] ^ 1]), content[1:]])
    said = at.hub.command("backup", "verify", *at.source(), fails=True).stderr
    assert f"{ADDRESS}/objects/" in said
    assert "is damaged or was altered" in said
    bucket.remove(list(sound))
    assert "is missing" in restored(at, fails=True)[1]
    for name, content in sound.items():
        bucket.put(name, [content])
    assert "Restored: backup 1" in restored(at)[1]


@pytest.mark.clause("6.j.i/proven")
def test_of_two_backups_at_once_the_second_is_none_and_takes_nothing_away(at: Drill, server: Server) -> None:
    line = [sys.executable, "-c", SECOND, "backup", *at.line()]
    done = subprocess.run(line, check=False, env=at.hub.env, capture_output=True, timeout=WITHIN)
    assert done.returncode == 1
    assert b"Another backup to s3://backups/hub has ended meanwhile" in done.stderr
    assert list(server.bucket.names("backups")) == ["backups/000001.backup"]
    assert "Restored: backup 1" in restored(at)[1]


@pytest.mark.clause("SC-8/systems")
def test_what_the_bucket_refuses_is_a_sentence(
    at: Drill, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*line: str, **env: str) -> str:
        said = at.hub.but(**env).command("backup", *(line or at.line()), fails=True).stderr
        assert SECRET not in said
        assert KEY not in said
        return said

    data, *rest = at.line()
    assert "has no such bucket" in refused("s3://elsewhere", *rest)
    assert "is no bucket" in refused(f"{data}/../up", *rest)
    assert "Keys go to a folder" in refused(data, "--keys", "s3://backups/keys", *rest[2:])
    assert "does not have both" in refused(PLATEWARD_SECRETS=str(at.folder / "none"))
    assert "a certificate that the hub does not trust" in refused(
        PLATEWARD_AUTHORITIES=str(at.folder / "none")
    )
    assert "cannot be reached" in refused(PLATEWARD_S3_ENDPOINT="http://127.0.0.1:1")
    assert "Write it like https://" in refused(PLATEWARD_S3_ENDPOINT="http://s3.example.gov")
    monkeypatch.setattr(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0.0)
    assert "denies access (InvalidAccessKeyId)" in refused()


def test_a_server_on_this_machine_needs_no_tls_and_a_number_is_given_once(tmp_path: Path) -> None:
    with served(tmp_path, None) as server:
        bucket = server.bucket
        bucket.put_new("backups/000001.backup", b"first")
        with pytest.raises(TargetUnusable, match="has ended meanwhile"):
            bucket.put_new("backups/000001.backup", b"second")
        assert bucket.get("backups/000001.backup").read() == b"first"
        with pytest.raises(FileNotFoundError):
            bucket.get("backups/000002.backup")
        bucket.remove([])
