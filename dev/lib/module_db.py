"""Databases with the module installed, for one test run at a time."""

import dataclasses
import os
import re

from . import database, paths, system
from .odoo import odoo_command
from .odoo_script import run_scripts
from .system import DevError, digest

SLOTS = 9
SKIPPED_FOLDERS = {"dev", "docs", "readme", "tests", "__pycache__", "node_modules"}
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) ")
BAD_LEVELS = {"WARNING", "ERROR", "CRITICAL"}


@dataclasses.dataclass(frozen=True)
class Slot:
    """The databases of one test run: several may go on at the same time."""

    number: int

    @property
    def installed(self):
        """The database with the module installed, used by nobody but for copies."""
        return paths.database_name(f"installed_{self.number}")

    @property
    def test(self):
        """The database the tests work in."""
        return self.get_test(0)

    def get_test(self, share):
        """The database of one share of the tests, when they run side by side."""
        suffix = f"_{share}" if share else ""
        return paths.database_name(f"test_{self.number}{suffix}")

    @property
    def log(self):
        """The log of the installation."""
        return paths.STATE / f"install_{self.number}.log"

    @property
    def stamp(self):
        """The file that tells what was installed."""
        return paths.STATE / f"installed_{self.number}.key"


def acquire_slot():
    """Take the first free slot; it is ours until this process ends.

    :return: the slot, and the lock to keep a reference to
    """
    for number in range(1, SLOTS + 1):
        lock = system.open_lock(f"test-{paths.CHECKOUT}-{number}")
        if system.try_lock(lock):
            return Slot(number), lock
        lock.close()
    raise DevError(f"{SLOTS} test runs are going on already in this checkout")


# === INSTALLATION === #


def install(ready, slot, reuse=False):
    """Install the module in a copy of the template database.

    :param ready: the ``Setup``
    :param reuse: keep what is installed already when it is the same module
    :return: the warnings and errors that the installation logged
    """
    key = digest(ready.template, source_digest())
    if reuse and _is_installed(slot, key):
        return []
    slot.stamp.unlink(missing_ok=True)
    database.copy(ready.template, slot.installed)
    problems = read_problems(_install(ready.tools, slot))
    if not problems:
        slot.stamp.write_text(key, encoding="utf-8")
    return problems


def _is_installed(slot, key):
    known = slot.stamp.is_file() and slot.stamp.read_text(encoding="utf-8") == key
    return known and database.exists(slot.installed)


def _install(tools, slot):
    """Install the module in the slot's database; return the log, and keep it."""
    options = ("--no-http", "--stop-after-init", "--log-level=info")
    command = odoo_command(tools, slot.installed, "-i", paths.MODULE, *options)
    result = system.run(command, check=False, env=tools.environment)
    slot.log.write_text(result.stdout, encoding="utf-8")
    if result.returncode:
        raise DevError(system.describe_failure(result))
    return result.stdout


def prepare_tests(tools, slot):
    """Make what every class of tests begins with, once for all of them."""
    run_scripts(tools, slot.test, {"prepare_tests": {}})


def read_problems(log):
    """The entries of an Odoo log that are warnings or worse, with what follows them."""
    entries = []
    for line in log.splitlines():
        if match := LOG_LINE.match(line):
            entries.append((match["level"], [line]))
        elif entries:
            entries[-1][1].append(line)
    return ["\n".join(lines) for level, lines in entries if level in BAD_LEVELS]


def source_digest():
    """A key of everything that makes the installed module."""
    contents = []
    for folder, subfolders, files in os.walk(paths.ROOT):
        top = folder == str(paths.ROOT)
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith(".") and not (name in SKIPPED_FOLDERS and top)
        )
        for name in sorted(files):
            if not name.endswith((".pyc", ".md")):
                path = os.path.join(folder, name)
                contents += [path, _read(path)]
    return digest(*contents)


def _read(path):
    """The content of a file that may be gone by now."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""
