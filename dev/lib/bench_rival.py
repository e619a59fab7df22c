"""The rival of ``dev/bench``: OCA account_credit_control on a copy of the same ledger.

It comes from the package index that pip is configured for. The module is taken off the
copy first, so that it costs the rival nothing.
"""

import dataclasses
import json
import time
import urllib.error
import urllib.request

from . import database, paths, system
from .odoo import odoo_command
from .odoo_script import read_script, run_scripts
from .system import DevError, digest, run

MODULE = "account_credit_control"
PACKAGE = "odoo-addon-account-credit-control==19.0.1.0.0.13"
FOLDER = paths.CACHE / f"rival-{digest(PACKAGE)}"
MAILS = 25
LETTERS = 10
PATIENCE = 60  # seconds until a server answers


def measure(ready, ledger):
    """The rival's figures on a copy of the database ``ledger``; see ``in_odoo``."""
    tools = ready.tools
    name = _ensure(tools, ledger)
    port = system.find_free_port()
    command = odoo_command(tools, name, _addons(tools), f"--http-port={port}")
    with system.started(command, env=tools.environment):
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        sample = {"url": url, "mails": MAILS, "letters": LETTERS}
        *_said, figures = read_script(
            tools, name, "bench_rival", sample, (_addons(tools),)
        )
    return json.loads(figures)


def add(row, figures):
    """The row with what the rival takes for as many messages, if it does the same."""
    plan = figures["run"] + figures["ready"] + figures["grouping"]
    each = {
        "mails": figures["mail"],
        "mails_with_pdf": figures["mail_with_pdf"],
        "letters": figures["letter"],
    }
    seconds = {
        "plan": plan,
        "pass_with_pdf": plan + row.items * figures["mail_with_pdf"],
        **{step: row.items * per_message for step, per_message in each.items()},
    }
    if row.step not in seconds:
        return row
    return dataclasses.replace(row, rival_seconds=round(seconds[row.step], 3))


def describe(figures):
    """What was measured whole and what from a sample, in words."""
    return (
        f"  {figures['lines']:,} lines in {figures['run']:.1f} s, made ready in"
        f" {figures['ready']:.1f} s, grouped in {figures['messages']:,} messages in"
        f" {figures['grouping']:.1f} s; from {MAILS} mails and {LETTERS} letters: a"
        f" mail {figures['mail'] * 1000:.0f} ms, with PDF"
        f" {figures['mail_with_pdf'] * 1000:.0f} ms, a letter"
        f" {figures['letter'] * 1000:.0f} ms"
    )


# === DATABASE === #


def _ensure(tools, ledger):
    """The name of the copy with the rival on it, made once."""
    name = f"{ledger}_rival"
    stamp = paths.STAMPS / name
    _ensure_package(tools)
    with system.locked(name):
        if not (stamp.is_file() and database.exists(name)):
            _build(tools, ledger, name)
        paths.STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(PACKAGE, encoding="utf-8")
    return name


def _build(tools, ledger, name):
    building = f"{name}_building"
    progress = system.Progress(3)
    with progress.step("Copy of the ledger"):
        database.copy(ledger, building)
    with progress.step("The module taken off"):
        run_scripts(tools, building, {"bench_leave": {"module": paths.MODULE}})
    with progress.step(MODULE):
        options = (_addons(tools), "--no-http", "--stop-after-init", "-i", MODULE)
        run(odoo_command(tools, building, *options), env=tools.environment)
        database.execute("VACUUM ANALYZE", building)
        database.rename(building, name)


def _ensure_package(tools):
    if (FOLDER / "odoo/addons" / MODULE).is_dir():
        return
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-deps")
    install = (tools.python, "-m", "pip", "install", *options, "--target", FOLDER)
    run((*install, PACKAGE), env=tools.environment)


def _addons(tools):
    places = (FOLDER / "odoo/addons", *tools.source.addons)
    return f"--addons-path={','.join(map(str, places))}"


# === SERVER === #


def _wait_for(url):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/web/health", timeout=PATIENCE):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise DevError("The rival's server does not answer")
