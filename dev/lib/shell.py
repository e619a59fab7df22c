"""``dev/shell``: an Odoo shell on the demo database."""

import contextlib
import signal
import subprocess
import sys

from . import database, mail_sink, paths
from .odoo_script import shell_command
from .setup import setup
from .system import DevError


def main(arguments):
    """Start the shell; what it prints is all that goes to standard output."""
    with contextlib.redirect_stdout(sys.stderr):
        tools = setup(brief=True).tools
        if not database.exists(paths.DEMO_DB):
            raise DevError("There is no demo database yet: run dev/demo")
    with mail_sink.running(tools):
        return _run(shell_command(tools, paths.DEMO_DB, *arguments), tools)


def _run(command, tools):
    """Run the shell with the terminal's Ctrl-C for itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(
        command,
        check=False,
        env=tools.environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ).returncode
