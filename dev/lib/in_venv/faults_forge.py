"""Processes of Odoo that may be killed, forked from one that has loaded everything.

``faults_forge.py CONF DATABASE LOG``: reads one JSON object a line and answers one.
``{"job": name, "parameters": {}}`` answers ``{"pid": n}``, and
``{"wait": n, "seconds": s}`` answers ``{"code": n}``: the exit code, minus the signal,
or null when time is up.
"""

import importlib
import json
import logging
import os
import signal
import sys
import time
import traceback

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import config


def main(conf, database, log):
    """Load the registry once, then fork."""
    levels = ["--log-level=warn", "--log-handler=odoo.addons.base.models.ir_cron:INFO"]
    config.parse_config(
        ["-c", conf, "-d", database, "--logfile", log, *levels], setup_logging=True
    )
    load_server_wide_modules()
    registry = Registry(database)
    jobs = importlib.import_module("faults_jobs")  # which imports the module
    jobs.patch()
    # Work done once is what a server has in its caches; the database is put back.
    jobs.by_hand(registry)
    jobs.queue(registry)
    sql_db.close_all()
    _answer({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _answer({"code": _wait(order["wait"], order["seconds"])})
        else:
            _answer(
                {
                    "pid": _fork(
                        registry, getattr(jobs, order["job"]), order["parameters"]
                    )
                }
            )


def _answer(values):
    print(json.dumps(values), flush=True)


def _fork(registry, job, parameters):
    """Do a job in a process of its own; return its number."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        sys.stdin.close()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        job(registry, **parameters)
        code = 0
    except BaseException:
        logging.getLogger("faults").error(
            "Job %s ended: %s", job.__name__, traceback.format_exc()
        )
    finally:
        logging.shutdown()
        os._exit(code)


def _wait(pid, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
