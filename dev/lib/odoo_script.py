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
    paths_and_parameters = [
        (str(FOLDER / f"{name}.py"), parameters) for name, parameters in calls.items()
    ]
    program = LAUNCHER.format(calls=json.dumps(paths_and_parameters))
    command = shell_command(tools, database, *options)
    if not show:
        system.run(command, text_input=program, env=tools.environment)
        return
    with system.started(
        command, stdin=subprocess.PIPE, text=True, env=tools.environment
    ) as process:
        process.communicate(program)
    if process.returncode:
        raise DevError(f"{' and '.join(calls)} failed (see above)")
