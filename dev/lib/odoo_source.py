"""The source of Odoo 19 Community.

It comes from Debian's package of it, through the mirror this machine is configured
for, unpacked into the cache: nothing is installed on the system. With ``ODOO_HOME``
set, that copy of Odoo is used instead: a git checkout (``odoo-bin``, ``odoo/``,
``addons/``) or a prefix a Debian package was unpacked into.
"""

import dataclasses
import os
import re
import shutil
import tempfile
from pathlib import Path

from . import packages, paths
from .system import DevError, run

SERIES = "19.0"
PREFIX = paths.CACHE / f"odoo-{SERIES}"
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Fonts and scripts that the package links to. Font Awesome and Inconsolata have other
# file names in newer suites.
SUITES = {
    "sid": ("odoo-19", "fonts-montserrat"),
    "bookworm": (
        "fonts-font-awesome",
        "fonts-roboto-unhinted",
        "fonts-inconsolata",
        "fonts-ocr-b",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
    ),
}

# Debian leaves this minified library out; without a file of that name every page logs
# an error in the browser's console, which fails every browser test.
STRIPPED = Path(
    "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
)


@dataclasses.dataclass(frozen=True)
class OdooSource:
    """A copy of Odoo: the folder to put on Python's path, and its version."""

    python_path: Path

    @property
    def addons(self):
        """The add-on folders it brings."""
        candidates = (self.python_path / "odoo/addons", self.python_path / "addons")
        return [folder for folder in candidates if folder.is_dir()]

    @property
    def version(self):
        """What tells this copy from another one."""
        stamp = self.python_path / "VERSION"
        head = self.python_path / ".git"
        if stamp.is_file():
            return stamp.read_text(encoding="utf-8")
        if head.exists():
            command = ("git", "-C", self.python_path, "rev-parse", "HEAD")
            return run(command, check=False).stdout
        return (self.python_path / "odoo/release.py").read_text(encoding="utf-8")


def ensure():
    """Find or download Odoo."""
    if home := os.environ.get("ODOO_HOME"):
        return _given(Path(home).absolute())
    source = OdooSource(PREFIX / DIST_PACKAGES)
    if not (source.python_path / "VERSION").is_file():
        _download()
    return source


def _given(home):
    """The copy of Odoo in ``home``, whichever way it is laid out."""
    for folder in (home, home / DIST_PACKAGES):
        release = folder / "odoo/release.py"
        if release.is_file():
            _check_series(release)
            return OdooSource(folder)
    raise DevError(f"ODOO_HOME={home} holds no Odoo: neither odoo/ nor {DIST_PACKAGES}")


def _check_series(release):
    """Refuse another series than the one this module is written for."""
    major, minor = SERIES.split(".")
    if not re.search(rf"version_info = \({major}, {minor},", release.read_text()):
        raise DevError(f"{release} is not Odoo {SERIES}")


# === DOWNLOAD === #


def _download():
    """Download and unpack Odoo; what is under the final name is always complete."""
    if not shutil.which("apt-get"):
        raise DevError(f"Set ODOO_HOME to an Odoo {SERIES}: there is no apt-get here")
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=paths.CACHE, prefix="odoo-") as name:
        work = Path(name)
        archives = _fetch_archives(work)
        prefix = work / "prefix"
        for archive in archives:
            run(("dpkg", "-x", archive, prefix))
        _tidy(prefix)
        _write_version(prefix, archives)
        shutil.rmtree(PREFIX, ignore_errors=True)
        prefix.rename(PREFIX)


def _fetch_archives(work):
    """Download the packages with an apt of our own, that knows no installed package."""
    for folder in ("lists/partial", "cache/archives/partial", "archives"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    source = f"deb [signed-by={KEYRING}] {_find_mirror()}"
    lines = [f"{source} {suite} main\n" for suite in SUITES]
    (work / "sources.list").write_text("".join(lines), encoding="utf-8")
    options = _apt_options(work)
    run(("apt-get", *options, "-q", "update"))
    wanted = [f"{name}/{suite}" for suite, names in SUITES.items() for name in names]
    run(("apt-get", *options, "-q", "download", *wanted), cwd=work / "archives")
    return sorted((work / "archives").glob("*.deb"))


def _find_mirror():
    """The Debian mirror this machine is configured for."""
    packages.refresh_lists()
    form = "$(ORIGIN) $(COMPONENT) $(RELEASE) $(REPO_URI)"
    listing = run(
        ("apt-get", "indextargets", "--format", form, "Created-By: Packages"),
        check=False,
    )
    for line in listing.stdout.splitlines():
        origin, component, release, uri = (line.split() + [""] * 4)[:4]
        if (origin, component) == ("Debian", "main") and "-" not in release:
            return uri
    raise DevError(f"apt knows no Debian mirror: set ODOO_HOME to an Odoo {SERIES}")


def _apt_options(work):
    settings = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": work,
        "Dir::State::lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        # a mirror that lags behind is signed all the same
        "Acquire::Check-Valid-Until": "false",
    }
    return [f"-o{key}={value}" for key, value in settings.items()]


def _tidy(prefix):
    """Make the unpacked packages a complete Odoo, and nothing but that."""
    library = prefix / DIST_PACKAGES
    # a partial second copy of the add-ons, and metadata that makes pip complain
    shutil.rmtree(library / "addons", ignore_errors=True)
    for metadata in library.glob("odoo-*.egg-info"):
        shutil.rmtree(metadata)
    stub = library / STRIPPED
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.write_text("// left out by Debian\n", encoding="utf-8")
    dangling = [path for path in library.rglob("*") if _dangles(path)]
    if dangling:
        raise DevError(f"Links to nowhere in Odoo's package: {dangling[:5]}")


def _dangles(path):
    return path.is_symlink() and not path.exists()


def _write_version(prefix, archives):
    """Remember which packages this copy was made of."""
    names = "".join(f"{archive.name}\n" for archive in archives)
    (prefix / DIST_PACKAGES / "VERSION").write_text(names, encoding="utf-8")
