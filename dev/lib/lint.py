"""The checks of the code: each returns what it finds wrong, as lines of text."""

import argparse

from . import guide, i18n, lint_layers, lint_manifest, paths, python_env, system
from .setup import setup

# Prettier formats what people read and change; static/lib is other people's work.
PRETTY_FILES = {
    ".xml": ("data", "demo", "report", "security", "static/src", "views", "wizards"),
    ".js": ("static/src", "static/tests"),
    ".scss": ("static/src",),
}


# === TOOLS === #


def check_ruff(tools, fix):
    """Python: errors, imports, complexity."""
    options = ("--quiet", "--output-format=concise", *(["--fix"] if fix else []))
    return _run(tools, _ruff(tools), "check", *options)


def check_ruff_format(tools, fix):
    """Python: layout."""
    return _run(tools, _ruff(tools), "format", "--quiet", *([] if fix else ["--diff"]))


def check_pylint(tools, _fix):
    """Python, XML, CSV and manifest: the conventions of Odoo modules."""
    pylint = (tools.python, "-m", "pylint", f"--rcfile={paths.ROOT / '.pylintrc'}")
    return _run(tools, *pylint, paths.MODULE, cwd=paths.ADDONS)


def check_prettier(tools, fix):
    """XML, JavaScript and SCSS: layout."""
    files = list(_pretty_files())
    if not files:
        return []
    modules = tools.node_modules / "node_modules"
    prettier = modules / "prettier/bin/prettier.cjs"
    plugin = modules / "@prettier/plugin-xml/src/plugin.js"
    mode = "--write" if fix else "--check"
    options = (mode, "--log-level=warn", f"--plugin={plugin}")
    node = python_env.node_folder(tools.python) / "bin/node"
    return _run(tools, node, prettier, *options, *files)


def _pretty_files():
    for suffix, folders in PRETTY_FILES.items():
        for folder in folders:
            yield from sorted((paths.ROOT / folder).rglob(f"*{suffix}"))


def _ruff(tools):
    return tools.python.with_name("ruff")


def _run(tools, *command, cwd=paths.ROOT):
    """The output of a tool that is not content, as a list of lines."""
    result = system.run(command, check=False, cwd=cwd, env=tools.environment)
    if result.returncode == 0:
        return []
    return result.stdout.strip().splitlines() or [f"exit code {result.returncode}"]


CHECKS = {
    "ruff format": check_ruff_format,
    "ruff": check_ruff,
    "prettier": check_prettier,
    "pylint-odoo": check_pylint,
    "manifest": lambda _tools, _fix: lint_manifest.check(),
    "layers": lambda _tools, _fix: lint_layers.check(),
    "guide": lambda tools, _fix: guide.check(tools),
}


# === RUNNING THEM === #


def check(tools, fix=False):
    """Run all checks that need no database; return the names of those that fail."""
    results = {name: _report(name, run(tools, fix)) for name, run in CHECKS.items()}
    return [f"check {name}" for name, passed in results.items() if not passed]


def check_translations(tools, slot):
    """Check the translations against what the installed module wants translated."""
    passed = _report("translations", i18n.check(tools, slot))
    return [] if passed else ["check translations"]


def _report(name, problems):
    """Show what a check found; True when it found nothing."""
    print(f"{name}: {'FAILED' if problems else 'ok'}", flush=True)
    for line in problems:
        print(f"    {line}", flush=True)
    return not problems


def main(arguments):
    """``dev/lint``: check, or repair what can be repaired by a machine."""
    parser = argparse.ArgumentParser(prog="dev/lint", description=main.__doc__)
    parser.add_argument("--fix", action="store_true", help="reformat, sort imports ...")
    options = parser.parse_args(arguments)
    failed = check(setup(brief=True).tools, fix=options.fix)
    return 1 if failed else 0
