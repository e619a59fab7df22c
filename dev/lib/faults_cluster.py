"""A PostgreSQL cluster of our own that may be stopped, killed and thrown away.

That of development is shared: nobody restarts it. This one keeps what it has committed
(``synchronous_commit``), or a mail could leave for which no trace remains.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path

from . import postgres, system
from .system import DevError

PORT = "5432"  # no TCP port: only the last part of the socket's name
SETTINGS = """
synchronous_commit = on
full_page_writes = on
deadlock_timeout = 200ms
"""


class Cluster:
    """One cluster in a passing folder."""

    def __init__(self, folder):
        self.folder = folder
        self.server = postgres.Server(str(folder / "socket"), PORT, postgres.SUPERUSER)

    def create(self):
        """Make the cluster and start it."""
        for name in ("data", "socket", "log"):
            postgres.private_folder(self.folder / name)
        access = ("-U", postgres.SUPERUSER, "--auth-local=trust", "--auth-host=reject")
        options = ("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        initdb = (postgres.program("initdb"), "-D", self.folder / "data")
        postgres.run_as_account((*initdb, *access, *options))
        configuration = self.folder / "data/postgresql.conf"
        with open(configuration, "a", encoding="utf-8") as settings:
            sockets = self.folder / "socket"
            settings.write(postgres.SETTINGS.format(port=PORT, sockets=sockets))
            settings.write(SETTINGS)
        self.start()

    def start(self):
        """Start the server and wait until it answers."""
        result = self._control("start", "-l", self.folder / "log/server.log")
        if result.returncode:
            raise DevError(system.describe_failure(result))

    def crash(self):
        """Stop the server as a crash does: nobody is told, nothing is tidied up."""
        self._control("stop", "-m", "immediate")

    def _control(self, action, *options):
        program = postgres.program("pg_ctl")
        command = (program, "-D", self.folder / "data", "-w", *options, action)
        return postgres.run_as_account(command, check=False)


@contextlib.contextmanager
def running():
    """A cluster that lasts as long as the context."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.crash()
        shutil.rmtree(folder, ignore_errors=True)
