"""The PostgreSQL server of development.

A cluster of our own, for our databases only: it listens on no network address, its
socket lies in a directory nobody else may enter, and it trades safety after a power
cut for speed. With ``PGHOST`` set, that server is used instead and nothing is started.
"""

import dataclasses
import functools
import glob
import os
import pwd
import re
import shutil
import tempfile
import time
from pathlib import Path

from . import paths, system
from .system import DevError, run

MINIMUM_VERSION = 13
PORT = "5432"  # no TCP port: only the last part of the socket's name
SUPERUSER = "odoo"  # Odoo refuses to work as "postgres"
SOCKET_PATH_LIMIT = 107
START_ATTEMPTS = 10

SETTINGS = """
# Development: speed before durability
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0777  # the directory is what keeps others out
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 30min
jit = off
"""


@dataclasses.dataclass(frozen=True)
class Server:
    """How to reach PostgreSQL."""

    host: str
    port: str
    user: str
    password: str = ""

    @property
    def variables(self):
        """The environment variables that lead every client to this server."""
        values = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        return values | ({"PGPASSWORD": self.password} if self.password else {})


def ensure():
    """The server to use, running."""
    given = os.environ.get("PGHOST")
    if given and given != str(_sockets()):
        return _check_given(_given_server(given))
    server = Server(str(_sockets()), PORT, SUPERUSER)
    if not is_answering(server):
        _create_cluster()
        _start(server)
    return server


def _given_server(host):
    """The server that the environment names."""
    user = os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name
    port = os.environ.get("PGPORT") or PORT
    return Server(host, port, user, os.environ.get("PGPASSWORD", ""))


def _check_given(server):
    """Say early what would fail late."""
    if server.user == "postgres":
        raise DevError("Odoo refuses to work as PostgreSQL user postgres: set PGUSER")
    if not is_answering(server):
        raise DevError(f"No PostgreSQL answers at PGHOST={server.host}")
    return server


def is_answering(server):
    """Is there somebody at this address?"""
    command = (program("pg_isready"), "-q", "-h", server.host, "-p", server.port)
    return run(command, check=False).returncode == 0


# === PROGRAMS === #


def program(name):
    """The path of one of PostgreSQL's programs."""
    folder = find_programs()
    path = shutil.which(name, path=str(folder)) if folder else shutil.which(name)
    if not path:
        raise DevError(f"{name} of PostgreSQL not found")
    return path


@functools.cache
def _find_programs():
    """The folder of the newest PostgreSQL server on this machine."""
    known = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if in_path := shutil.which("initdb"):
        known.append(os.path.realpath(in_path))
    versions = {path: _major_version(path) for path in known}
    best = max(versions, key=versions.get, default=None)
    if best is None or versions[best] < MINIMUM_VERSION:
        return None
    return Path(best).parent


def find_programs():
    """The folder of PostgreSQL's programs; None while there is none."""
    folder = _find_programs()
    if folder is None:
        _find_programs.cache_clear()  # it may be installed next
    return folder


def _major_version(path):
    number = re.search(r"(\d+)", run((path, "--version")).stdout)
    return int(number.group(1)) if number else 0


# === THE CLUSTER === #


@functools.cache
def _account():
    """The account the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def run_as_account(command, **options):
    """Run one of PostgreSQL's programs as the server's account."""
    if account := _account():
        group = pwd.getpwnam(account).pw_gid
        options |= {"user": account, "group": group, "extra_groups": []}
    return run(command, cwd="/", **options)


@functools.cache
def _base():
    """The folder of the cluster: in the cache, if the account can get there."""
    in_cache = paths.CACHE / "postgres"
    if _account() is None or _can_enter(paths.CACHE):
        return in_cache
    return Path("/var/lib") / f"{paths.MODULE}-{system.digest(paths.CACHE)[:6]}"


def _can_enter(folder):
    """May the server's account go through all the folders above ``folder``?"""
    folder.mkdir(parents=True, exist_ok=True)
    check = run_as_account(("test", "-x", folder), check=False)
    return check.returncode == 0


@functools.cache
def _sockets():
    """The folder of the socket, whose whole path has a length limit."""
    folder = _base() / "socket"
    if len(str(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return folder
    name = f"debt-{os.geteuid()}-{system.digest(paths.CACHE)}"
    return Path(tempfile.gettempdir()) / name


def private_folder(folder):
    """Make a folder that only the server's account may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account := _account():
        shutil.chown(folder, account)
    expected = pwd.getpwnam(account).pw_uid if account else os.geteuid()
    if folder.stat().st_uid != expected:
        raise DevError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)


def _create_cluster():
    """Create the cluster under a passing name, so that it is whole or not there.

    One of another version of PostgreSQL is replaced: all in it can be made again.
    """
    data = _base() / "data"
    if _cluster_version(data) == _major_version(program("initdb")):
        return
    shutil.rmtree(data, ignore_errors=True)
    _base().mkdir(parents=True, exist_ok=True)
    building = _base() / "data.building"
    shutil.rmtree(building, ignore_errors=True)
    private_folder(building)
    access = ("-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject")
    options = ("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
    run_as_account((program("initdb"), "-D", building, *access, *options))
    with open(building / "postgresql.conf", "a", encoding="utf-8") as settings:
        settings.write(SETTINGS.format(port=PORT, sockets=_sockets()))
    building.rename(data)


def _cluster_version(data):
    """The version of PostgreSQL that made a cluster; None when there is none."""
    version = data / "PG_VERSION"
    return int(version.read_text()) if version.is_file() else None


def _start(server):
    """Start the server; wait for what a killed one may have left behind to go."""
    private_folder(_sockets())
    private_folder(_base() / "log")
    for _attempt in range(START_ATTEMPTS):
        _remove_stale_locks()
        result = _control("start", "-l", _base() / "log/server.log", "-t", "60")
        if result.returncode == 0 or is_answering(server):
            return
        time.sleep(1)
    raise DevError(system.describe_failure(result))


def stop():
    """Stop the server, if it is ours and running."""
    if (_base() / "data/postmaster.pid").exists():
        _control("stop", "-m", "fast")


def _control(action, *options):
    command = (program("pg_ctl"), "-D", _base() / "data", "-w", *options, action)
    return run_as_account(command, check=False)


def _remove_stale_locks():
    """Remove lock files whose process is gone, or is not PostgreSQL any more."""
    lock = _base() / "data/postmaster.pid"
    if not lock.exists():
        return
    pid = lock.read_text().split("\n")[0].strip()
    command_line = Path(f"/proc/{pid}/cmdline")
    if command_line.exists() and str(_base()).encode() in command_line.read_bytes():
        return
    for path in (lock, _sockets() / f".s.PGSQL.{PORT}.lock"):
        path.unlink(missing_ok=True)
