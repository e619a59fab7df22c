"""What the system has to offer: Debian packages, installed only when missing."""

import ctypes.util
import glob
import importlib.util
import os
import shutil
import sys

from .postgres import find_programs
from .system import DevError, run

CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _has_program(*names):
    return any(map(shutil.which, names))


def _has_font(family):
    return bool(glob.glob(f"/usr/share/fonts/**/{family}*", recursive=True))


def _has_postgresql():
    external = os.environ.get("PGHOST") and _has_program("psql")
    return bool(external or find_programs())


# Debian package -> is what it brings already there?
NEEDS = {
    "postgresql": _has_postgresql,
    "wkhtmltopdf": lambda: _has_program("wkhtmltopdf"),
    "chromium": lambda: _has_program(*CHROMES),
    "libmagic1": lambda: bool(
        glob.glob("/usr/lib/*/libmagic.so.1") or ctypes.util.find_library("magic")
    ),
    "python3-venv": lambda: importlib.util.find_spec("ensurepip") is not None,
    "fonts-liberation": lambda: _has_font("LiberationSans-Regular"),
    "fonts-dejavu-core": lambda: _has_font("DejaVuSans.ttf"),
}


def missing():
    """The Debian packages whose content this machine lacks."""
    return [package for package, present in NEEDS.items() if not present()]


def ensure():
    """Install what is missing, and nothing else."""
    packages = missing()
    if not packages:
        return
    install = ("install", "-y", "--no-install-recommends", *packages)
    refresh_lists()
    if run(_apt(*install), check=False).returncode:
        # lists that are older than the archive name files that are gone
        run(_apt("update"), check=False)
        run(_apt(*install))
    if still_missing := missing():
        raise DevError(f"Installed, but still not usable: {', '.join(still_missing)}")


def refresh_lists():
    """Download apt's package lists when the machine has none."""
    if not glob.glob("/var/lib/apt/lists/*_Packages*"):
        # one unreachable third-party archive is no reason to give up
        run(_apt("update"), check=False)


def _apt(*arguments):
    """An apt-get command that asks nothing and may do what it is told."""
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *arguments]
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        packages = " ".join(missing())
        raise DevError(f"Ask an administrator to run: apt-get install {packages}")
    return ["sudo", *([] if sys.stdin.isatty() else ["-n"]), *command]
