"""Running a script of ``in_odoo`` inside Odoo, on a database."""

import json
import subprocess
from pathlib import Path

from . import paths, system
from .system import DevError

FOLDER = Path(__file__).with_name("in_odoo")
LAUNCHER = """\
import json, runpy
runpy.run_path({path!r})["main"](env, **json.loads({parameters!r}))
"""


def shell_command(tools, database, *arguments):
    """The command of an Odoo shell on a database."""
    options = ("-c", paths.ODOO_CONF, "-d", database, "--no-http", *arguments)
    return (tools.python, "-m", "odoo", "shell", *options)


def run_script(tools, database, name, parameters, show=False):
    """Call the ``main(env, ...)`` of a script.

    :param show: let the user see what it prints
    """
    path = str(FOLDER / f"{name}.py")
    program = LAUNCHER.format(path=path, parameters=json.dumps(parameters))
    command = shell_command(tools, database)
    if not show:
        system.run(command, text_input=program, env=tools.environment)
        return
    with system.started(
        command, stdin=subprocess.PIPE, text=True, env=tools.environment
    ) as process:
        process.communicate(program)
    if process.returncode:
        raise DevError(f"{name} failed (see above)")
