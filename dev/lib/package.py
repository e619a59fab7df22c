"""``dev/package``: the module as a wheel, that pip installs beside Odoo."""

import argparse
import tempfile
from pathlib import Path

from . import paths
from .setup import setup
from .system import run

DIST = paths.ROOT / "dist"


def main(arguments):
    """Build a wheel of what is committed, in dist/."""
    parser = argparse.ArgumentParser(prog="dev/package", description=main.__doc__)
    parser.parse_args(arguments)
    tools = setup(brief=True).tools
    with tempfile.TemporaryDirectory() as folder:
        # the name of the folder becomes that of the module
        source = Path(folder) / paths.MODULE
        _export(source)
        options = ("--no-deps", "--no-build-isolation", "--wheel-dir", DIST)
        run((tools.python, "-m", "pip", "wheel", "--quiet", *options, source))
    print("\n".join(map(str, sorted(DIST.glob("*.whl")))))
    return 0


def _export(folder):
    """Write the last commit, less what .gitattributes keeps out, to a folder."""
    archive = folder.with_suffix(".tar")
    folder.mkdir()
    run(("git", "archive", f"--output={archive}", "HEAD"), cwd=paths.ROOT)
    run(("tar", "-xf", archive, "-C", folder))
