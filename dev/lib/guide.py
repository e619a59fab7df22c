"""The user guide: pages and table of screens, written from docs/guide."""

import argparse

from . import paths, system
from .setup import setup

PAGES = paths.DEV / "lib/in_venv/guide_pages.py"


def check(tools):
    """What is wrong with the guide, or out of date in what is written from it."""
    return _run(tools, "check")


def _run(tools, action):
    command = (tools.python, PAGES, action, paths.ROOT)
    return system.run(command, env=tools.environment).stdout.splitlines()


def main(arguments):
    """``dev/guide``: typeset docs/guide and write static/guide from it."""
    parser = argparse.ArgumentParser(prog="dev/guide", description=main.__doc__)
    parser.parse_args(arguments)
    problems = _run(setup(brief=True).tools, "write")
    print("\n".join(problems) or "The guide is up to date.")
    return 1 if problems else 0
