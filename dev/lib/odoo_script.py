"""Running scripts of ``in_odoo`` inside Odoo, on a database."""

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path

from . import paths, system
from .system import DevError

FOLDER = Path(__file__).with_name("in_odoo")
LAUNCHER = """\
import json, runpy
for path, parameters in json.loads({calls!r}):
    runpy.run_path(path)["main"](env, **parameters)
"""


def shell_command(tools, database, *arguments, conf=None):
    """The command of an Odoo shell on a database."""
    options = ("-c", conf or paths.ODOO_CONF, "-d", database, "--no-http", *arguments)
    return (tools.python, "-m", "odoo", "shell", *options)


def run_scripts(tools, database, calls, options=(), show=False, conf=None):
    """Call the ``main(env, ...)`` of some scripts, one after the other.

    :param calls: the parameters of each script, by its name
    :param options: further options of Odoo
    :param show: let the user see what they print
    :param conf: Odoo's configuration, when it is not that of development
    """
    command = shell_command(tools, database, *options, conf=conf)
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


def read_script(tools, database, name, parameters, options=()):
    """Call the ``main(env, ...)`` of a script and return the lines it prints."""
    return read_side_by_side(tools, [database], name, parameters, options)[0]


def read_side_by_side(tools, databases, name, parameters, options=()):
    """Call a script in some databases at once; return the lines each prints."""
    program = _program({name: parameters}).encode()
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(_reading(tools, database, program, options))
            for database in databases
        ]
        outputs = [process.communicate()[0] for process in processes]
        if any(process.returncode for process in processes):
            raise DevError(f"{name} failed (see above)")
    return [output.splitlines() for output in outputs]


@contextlib.contextmanager
def _reading(tools, database, program, options):
    """A started script whose output is to be read; its program is in a file."""
    command = shell_command(tools, database, "--log-level=error", *options)
    with tempfile.TemporaryFile() as source:
        source.write(program)
        source.seek(0)
        with system.started(
            command,
            stdin=source,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(tools),
        ) as process:
            yield process


def _program(calls):
    paths_and_parameters = [
        (str(FOLDER / f"{name}.py"), parameters) for name, parameters in calls.items()
    ]
    return LAUNCHER.format(calls=json.dumps(paths_and_parameters))


def _environment(tools):
    """The scripts may import the plain Python of ``dev``."""
    return tools.environment | {"PYTHONPATH": str(paths.DEV)}
