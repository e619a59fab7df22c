"""``dev/demo``: a French company with debtors, its follow-up of the day, on screen."""

import argparse
import contextlib
import socket
import time
import urllib.error
import urllib.request

from . import database, mail_sink, module_db, paths, registers, system
from .odoo import odoo_command, write_conf
from .odoo_script import run_scripts
from .setup import setup
from .system import DevError, run
from .template import read_manifest

HOST = "127.0.0.1"
PORT = 8069
LOGIN = PASSWORD = "admin"
STAMP = paths.STATE / "demo.key"
CONF = paths.STATE / "demo.conf"
BUILDING = f"{paths.DEMO_DB}_building"
START_PATIENCE = 120
# wkhtmltopdf of Debian says for each document what options of Odoo it does not know
QUIET = ("--log-handler=odoo.addons.base.models.ir_actions_report:ERROR",)


class Demo:
    """One call of ``dev/demo``."""

    def __init__(self, port):
        self.port = port
        ready = setup(brief=True)
        self.tools, self.template = ready.tools, ready.template

    @property
    def url(self):
        """Where the web client is."""
        return f"http://{HOST}:{self.port}"

    # === DATABASE === #

    def prepare(self, reset):
        """Build the demo database, or bring it up to date."""
        key = module_db.source_digest()
        if reset or not database.exists(paths.DEMO_DB):
            self._build()
        elif not (STAMP.is_file() and STAMP.read_text(encoding="utf-8") == key):
            self._update()
        STAMP.write_text(key, encoding="utf-8")

    def _build(self):
        """Build the database under a passing name, so that it is whole or not there."""
        progress = system.Progress(5)
        with progress.step("Demo database"):
            database.copy(self.template, BUILDING)
        with progress.step("French company and chart of accounts"):
            admin = {"login": LOGIN, "password": PASSWORD}
            self._run_scripts(prepare_company=admin, confine=self._confinement)
        with progress.step("Installation of the module"):
            self._odoo(BUILDING, "-i", paths.MODULE)
        with progress.step("Demo data"):
            files = read_manifest().get("demo", [])
            self._run_scripts(load_demo={"module": paths.MODULE, "files": files})
        with progress.step("Completion"):
            database.rename(BUILDING, paths.DEMO_DB)

    def _update(self):
        """Bring the module in the demo database up to date with the code."""
        with system.Progress(1).step("Update of the module"):
            self._odoo(paths.DEMO_DB, "-u", paths.MODULE)

    def _odoo(self, name, *arguments):
        options = ("--no-http", "--stop-after-init")
        command = odoo_command(self.tools, name, *arguments, *options)
        run(command, env=self.tools.environment)

    def _run_scripts(self, **calls):
        run_scripts(self.tools, BUILDING, calls)

    @property
    def _confinement(self):
        """Where mail goes, and where the server is."""
        return {
            "name": mail_sink.NAME,
            "host": mail_sink.HOST,
            "port": mail_sink.PORT,
            "url": self.url,
        }

    # === REGISTERS, WEB CLIENT, OBSERVATORY, FOLLOW-UP === #

    @contextlib.contextmanager
    def registers(self, offline):
        """Have debtors verified and watched by a replay, or by the real services."""
        with registers.running(self.tools) if offline else contextlib.nullcontext():
            urls = registers.URLS if offline else {}
            calls = {"use_registers": {"urls": urls}, "keep_data": {"login": LOGIN}}
            run_scripts(self.tools, paths.DEMO_DB, calls, options=QUIET, show=True)
            yield

    @contextlib.contextmanager
    def server(self, cron_threads):
        """Have the web client answer; documents are rendered with what it serves."""
        options = {"list_db": False, "dbfilter": f"^{paths.DEMO_DB}$"}
        write_conf(self.tools, CONF, cron_threads=cron_threads, **options)
        port = ("--http-port", str(self.port))
        command = odoo_command(self.tools, paths.DEMO_DB, *port, *QUIET, conf=CONF)
        with system.started(command, env=self.tools.environment) as process:
            self._wait_for(process)
            yield process

    def _wait_for(self, process):
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/web/login", timeout=60):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise DevError("The web client does not start")

    def observe(self):
        """Compute how the debtors pay, and print what is expected of them."""
        run_scripts(
            self.tools,
            paths.DEMO_DB,
            {"observe": {"login": LOGIN}},
            options=QUIET,
            show=True,
        )

    def follow_up(self, send_mail):
        """Run the follow-up of the day, unless it is done, and print its figures.

        :param send_mail: send at once what a scheduled job would send
        """
        calls = {"confine": self._confinement, "run_followup": {"login": LOGIN}}
        if send_mail:
            calls["send_mail"] = {}
        run_scripts(self.tools, paths.DEMO_DB, calls, options=QUIET, show=True)
        print(f"\nMail stays on this machine: {mail_sink.FOLDER}", flush=True)

    def stay(self, process):
        """Let the user work until he or she has enough of it."""
        print(f"\n{self.url}  login {LOGIN}, password {PASSWORD}", flush=True)
        print("Ctrl-C stops it.", flush=True)
        process.wait()
        raise DevError(f"Odoo has stopped with exit code {process.returncode}")


def check_port(port):
    """Say early that somebody else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DevError(
                f"Port {port} is taken: stop what listens there, or use --port"
            ) from error


def main(arguments):
    """Show the module at work, on data of its own."""
    options = _parse(arguments)
    with system.open_lock(f"demo-{paths.CHECKOUT}") as lock:
        if not system.try_lock(lock):
            raise DevError("The demo of this checkout is running already")
        if options.serve:
            check_port(options.port)
        else:
            options.port = system.find_free_port()
        _show(options)
    return 0


def _show(options):
    demo = Demo(options.port)
    with mail_sink.running(demo.tools):
        demo.prepare(options.reset)
        with (
            demo.registers(options.offline),
            demo.server(cron_threads=1 if options.serve else 0) as process,
        ):
            demo.observe()
            demo.follow_up(send_mail=not options.serve)
            if options.serve:
                demo.stay(process)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="dev/demo", description=main.__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    parser.add_argument("--reset", action="store_true", help="rebuild the database")
    parser.add_argument(
        "--offline",
        action="store_true",
        help="replay the public registers on this machine",
    )
    parser.add_argument(
        "--no-serve", dest="serve", action="store_false", help="do not stay"
    )
    return parser.parse_args(arguments)
