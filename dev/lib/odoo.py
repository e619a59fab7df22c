"""Calling Odoo: the tools of this checkout, Odoo's configuration and command line."""

import dataclasses
import os
from pathlib import Path

from . import paths
from .odoo_source import OdooSource
from .postgres import Server, find_programs

CONFIGURATION = """\
[options]
addons_path = {addons}
data_dir = {data_dir}
db_host = {server.host}
db_port = {server.port}
db_user = {server.user}
db_maxconn = 32
http_interface = 127.0.0.1
max_cron_threads = {cron_threads}
limit_time_cpu = 3600
limit_time_real = 3600
log_level = warn
{more}"""


@dataclasses.dataclass(frozen=True)
class Tools:
    """What ``dev/setup`` has put in place for this checkout."""

    source: OdooSource
    python: Path
    node_modules: Path
    server: Server

    @property
    def environment(self):
        """Environment variables for every process that is to use these tools."""
        places = {
            "ODOO_PYTHON": str(self.python),
            "ODOO_CONF": str(paths.ODOO_CONF),
            # the replay of the public registers runs on this machine
            "COLLECTION_PRIVATE_REGISTERS": "127.0.0.1",
        }
        if programs := find_programs():
            search_path = os.environ.get("PATH", os.defpath)
            places["PATH"] = f"{search_path}{os.pathsep}{programs}"
        return os.environ | self.server.variables | places


def odoo_command(tools, database, *arguments, conf=paths.ODOO_CONF):
    """The command that runs Odoo's server on a database."""
    return (tools.python, "-m", "odoo", "-c", conf, "-d", database, *arguments)


def write_conf(tools, path=paths.ODOO_CONF, cron_threads=0, data_dir=None, **more):
    """Write a configuration file of Odoo.

    :param data_dir: where files are kept; that of development by default
    :param more: further options, by name
    """
    if tools.server.password:
        more["db_password"] = tools.server.password
    content = CONFIGURATION.format(
        addons=",".join(map(str, (paths.ADDONS, *tools.source.addons))),
        data_dir=data_dir or paths.DATA_DIR,
        server=tools.server,
        cron_threads=cron_threads,
        more="".join(f"{name} = {value}\n" for name, value in more.items()),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    return path
