"""What a fault happens to: a database, a mail server, processes of Odoo."""

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import (
    database,
    faults_cluster,
    module_db,
    oca_packages,
    paths,
    postgres,
    system,
)
from .odoo import odoo_command, write_conf
from .odoo_script import run_scripts
from .system import DevError

HERE = Path(__file__).parent
DEBTORS = 24
PRISTINE = "pristine"
WITH_QUEUE = "pristine_queue"
QUEUE_PACKAGES = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib")
NAME = "faults"
PATIENCE = 180


class World:
    """A database as it was before the fault, again and again."""

    def __init__(self, ready, cluster, folder):
        self.cluster = cluster
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "odoo.log"
        self.port = system.find_free_port()
        self.mail = folder / "mail"
        self.mail.mkdir()
        self.tools = ready.tools
        self._sink = None
        self._forge = None
        self._queue_conf = None

    # === THE DATABASE === #

    def build(self, ready):
        """Bring a database with the module over from the shared server."""
        slot, lock = module_db.acquire_slot()
        with lock:
            problems = module_db.install(ready, slot, reuse=True)
            if problems:
                raise DevError("\n".join(problems))
            dump = self.folder / "dump"
            system.run((postgres.program("pg_dump"), "-Fc", "-f", dump, slot.installed))
            _copy_files(paths.FILESTORE / slot.installed, self._files(PRISTINE))
        os.environ.update(self.cluster.server.variables)
        self.tools = _on_server(self.tools, self.cluster.server)
        self.conf = write_conf(
            self.tools, self.folder / "odoo.conf", data_dir=self.data
        )
        database.execute(f'CREATE DATABASE "{PRISTINE}"')
        restore = (postgres.program("pg_restore"), "--no-owner", "-d", PRISTINE, dump)
        system.run(restore)
        dump.unlink()

    def prepare(self):
        """Give the database its debtors."""
        calls = {"faults_prepare": {"debtors": DEBTORS, "port": self.port}}
        run_scripts(self.tools, PRISTINE, calls, conf=self.conf)

    def _files(self, name):
        return self.data / "filestore" / name

    def reset(self, template=PRISTINE):
        """Put everything back to before the fault."""
        self._copy(template, NAME)
        for path in (self.mail / "received", self.log):
            path.unlink(missing_ok=True)
        self.set_mode("ok")
        self.start_sink()

    def _copy(self, source, target):
        database.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        # Otherwise the whole copy goes through the log, from PostgreSQL 15 on.
        version = int(database.execute("SHOW server_version_num"))
        strategy = "STRATEGY FILE_COPY" if version >= 150000 else ""
        database.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}" {strategy}')
        shutil.rmtree(self._files(target), ignore_errors=True)
        _copy_files(self._files(source), self._files(target))

    def reset_with_queue(self):
        """Put everything back, with OCA ``queue_job`` installed besides."""
        if not self._queue_conf:
            addons = oca_packages.ensure(self.tools, *QUEUE_PACKAGES)
            self._queue_conf = write_conf(
                self.tools, self.folder / "queue.conf", data_dir=self.data
            )
            content = self._queue_conf.read_text()
            self._queue_conf.write_text(
                content.replace("addons_path = ", f"addons_path = {addons},")
            )
            self._copy(PRISTINE, WITH_QUEUE)
            options = ("-i", "queue_job", "--no-http", "--stop-after-init")
            command = odoo_command(
                self.tools, WITH_QUEUE, *options, conf=self._queue_conf
            )
            system.run(command, env=self._queue_environment())
        self.reset(WITH_QUEUE)

    def _queue_environment(self):
        packages = oca_packages.ensure(self.tools, *QUEUE_PACKAGES).parents[1]
        return self.tools.environment | {
            "PYTHONPATH": str(packages),
            "ODOO_QUEUE_JOB_CHANNELS": "root:4,root.collection:2",
        }

    @contextlib.contextmanager
    def server(self):
        """A server with two workers, a scheduler and the runner of the queue."""
        web, bus = system.find_free_port(), system.find_free_port()
        options = (
            *("--workers", 2, "--max-cron-threads", 1, "--load", "base,web,queue_job"),
            *("--http-port", web, "--gevent-port", bus, "--logfile", self.log),
            *("--db-filter", f"^{NAME}$", "--log-level", "info"),
        )
        python, _option, _module, *rest = odoo_command(
            self.tools, NAME, *options, conf=self._queue_conf
        )
        command = (python, HERE / "in_venv/faults_server.py", *rest)
        with system.started(command, env=self._queue_environment()) as process:
            yield process

    def read(self, query):
        """The JSON that a query gives."""
        return json.loads(database.execute(query, NAME) or "null")

    # === THE MAIL SERVER === #

    def start_sink(self):
        """Have the mail server listen."""
        if self._sink:
            return
        script = HERE / "in_venv/faults_sink.py"
        self._sink = subprocess.Popen(
            [str(self.tools.python), script, str(self.port), self.mail],
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._listens():
            if time.monotonic() > deadline:
                raise DevError("The mail server of the faults does not start")
            time.sleep(0.05)

    def _listens(self):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        return False

    def stop_sink(self):
        """Have connections to the mail server refused."""
        if self._sink:
            system.stop(self._sink)
            self._sink = None

    def set_mode(self, name, **parameters):
        """How the mail server behaves from now on."""
        mode = self.mail / "mode.new"
        mode.write_text(json.dumps({"name": name} | parameters))
        mode.rename(self.mail / "mode")

    def received(self):
        """The recipients' addresses of all messages that the mail server has kept."""
        path = self.mail / "received"
        lines = path.read_text().splitlines() if path.exists() else []
        return [address for line in lines for address in json.loads(line)["to"]]

    # === PROCESSES === #

    def start_forge(self):
        """Load Odoo once, to fork from."""
        forge = HERE / "in_venv/faults_forge.py"
        self._forge = subprocess.Popen(
            [str(self.tools.python), forge, self.conf, NAME, self.log],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=open(self.folder / "forge.log", "a"),
            text=True,
            start_new_session=True,
            env=self.tools.environment,
        )
        if not self._forge.stdout.readline():
            raise DevError((self.folder / "forge.log").read_text()[-3000:])

    def _ask(self, **order):
        self._forge.stdin.write(json.dumps(order) + "\n")
        self._forge.stdin.flush()
        return json.loads(self._forge.stdout.readline())

    def begin(self, job, **parameters):
        """Begin a job in a process of its own and return its number."""
        return self._ask(job=job, parameters=parameters)["pid"]

    def wait(self, pid, seconds=PATIENCE):
        """The exit code of a process; it is killed when it takes too long."""
        code = self._ask(wait=pid, seconds=seconds)["code"]
        if code is None:
            self.kill(pid)
            self._ask(wait=pid, seconds=seconds)
        return code

    def do(self, job, **parameters):
        """Do a job to its end and return its exit code."""
        return self.wait(self.begin(job, **parameters))

    @staticmethod
    def kill(pid):
        """Kill a process as the kernel does when memory is short."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def close(self):
        """Leave no process behind."""
        self.stop_sink()
        if self._forge:
            system.stop(self._forge)


def _copy_files(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)


def _on_server(tools, server):
    return dataclasses.replace(tools, server=server)


@contextlib.contextmanager
def made(ready):
    """A world that lasts as long as the context."""
    previous = dict(os.environ)
    progress = system.Progress(3)
    with faults_cluster.running() as cluster:
        folder = paths.STATE / f"faults_{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        world = World(ready, cluster, folder)
        try:
            with progress.step("A database with the module on a server of its own"):
                world.build(ready)
            with progress.step(f"{DEBTORS} debtors"):
                world.prepare()
            with progress.step("A process of Odoo to fork from"):
                world.reset()
                world.start_forge()
            yield world
        finally:
            world.close()
            os.environ.clear()
            os.environ.update(previous)
            shutil.rmtree(folder, ignore_errors=True)
