"""Running scripts of ``in_odoo`` inside Odoo, on a database."""

import json
import subprocess
from pathlib import Path

from . import paths, system
from .system import DevError

FOLDER = Path(__file__).with_name("in_odoo")
LAUNCHER = """\
import json, runpy
for path, parameters in json.loads({calls!r}):
    runpy.run_path(path)["main"](env, **parameters)
"""


def shell_command(tools, database, *arguments):
    """The command of an Odoo shell on a database."""
    options = ("-c", paths.ODOO_CONF, "-d", database, "--no-http", *arguments)
    return (tools.python, "-m", "odoo", "shell", *options)


def run_scripts(tools, database, calls, options=(), show=False):
    """Call the ``main(env, ...)`` of some scripts, one after the other.

    :param calls: the parameters of each script, by its name
    :param options: further options of Odoo
    :param show: let the user see what they print
    """
    command = shell_command(tools, database, *options)
    program, environment = _program(calls), _environment(tools)
    if not show:
        system.run(command, text_input=program, env=environment)
        return
    with system.started(
        command, stdin=subprocess.PIPE, text=True, env=environment
    ) as process:
        process.communicate(program)
    if process.returncode:
        raise DevError(f"{' and '.join(calls)} failed (see above)")


def read_script(tools, database, name, parameters):
    """Call the ``main(env, ...)`` of a script and return the lines it prints."""
    command = shell_command(tools, database, "--log-level=error")
    with system.started(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(tools),
    ) as process:
        output, _nothing = process.communicate(_program({name: parameters}))
    if process.returncode:
        raise DevError(f"{name} failed (see above)")
    return output.splitlines()


def _program(calls):
    paths_and_parameters = [
        (str(FOLDER / f"{name}.py"), parameters) for name, parameters in calls.items()
    ]
    return LAUNCHER.format(calls=json.dumps(paths_and_parameters))


def _environment(tools):
    """The scripts may import the plain Python of ``dev``."""
    return tools.environment | {"PYTHONPATH": str(paths.DEV)}
