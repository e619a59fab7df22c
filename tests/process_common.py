import json
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from odoo.sql_db import db_connect
from odoo.tests import BaseCase
from odoo.tools import config

SCRIPTS = Path(__file__).parent / "processes"
TIMEOUT = 300
SIGKILLED = -9
HAS_TEMPLATE = bool(os.environ.get("COLLECTION_TEMPLATE_DB"))
NO_TEMPLATE = "needs a database with the module to copy: dev/test gives one"


class ProcessCase(BaseCase):
    """Odoo shells run the scripts of ``processes/`` on a copy of a database."""

    # End of the copy's name, and what the scripts find in their environment.
    suffix = "processes"
    environment = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{os.environ['COLLECTION_TEMPLATE_DB']}_{cls.suffix}"
        cls._copy_database()

    @classmethod
    def _copy_database(cls):
        cls._drop_database()
        cls._execute(
            'CREATE DATABASE "%s" TEMPLATE "%s"'
            % (cls.database, os.environ["COLLECTION_TEMPLATE_DB"])
        )
        filestore = Path(config.filestore(os.environ["COLLECTION_TEMPLATE_DB"]))
        if filestore.is_dir():
            shutil.copytree(filestore, config.filestore(cls.database))
        cls.addClassCleanup(cls._drop_database)

    @classmethod
    def _drop_database(cls):
        cls._execute('DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % cls.database)
        shutil.rmtree(config.filestore(cls.database), ignore_errors=True)

    @classmethod
    def _execute(cls, statement):
        with cls._connect("postgres") as cursor:
            cursor.execute(statement)

    @classmethod
    def _query(cls, query):
        """Return the rows that the scripts have committed."""
        with cls._connect(cls.database) as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    @classmethod
    @contextmanager
    def _connect(cls, database):
        with db_connect("postgres").cursor() as cursor:
            dsn = cursor._cnx.dsn
        connection = psycopg2.connect(dsn, dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    @classmethod
    def _start_script(cls, name, **environment):
        command = [
            os.environ["ODOO_PYTHON"],
            *("-m", "odoo", "shell", "-c", os.environ["ODOO_CONF"]),
            *("-d", cls.database, "--no-http", "--shell-interface=python"),
        ]
        with open(SCRIPTS / f"{name}.py") as script:
            return subprocess.Popen(
                command,
                stdin=script,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **cls.environment, **environment},
            )

    @classmethod
    def _run_script(cls, name, returncode=0, **environment):
        process = cls._start_script(name, **environment)
        return cls._await_script(process, name, returncode)

    @classmethod
    def _run_twice_at_once(cls, name):
        processes = [cls._start_script(name) for _number in range(2)]
        for process in processes:
            cls._await_script(process, name)

    @classmethod
    def _await_script(cls, process, name, returncode=0):
        out, err = process.communicate(timeout=TIMEOUT)
        if process.returncode != returncode or "Traceback" in err:
            raise AssertionError(f"{name}: {process.returncode}\n{out}\n{err}")
        found = re.search(r"^.*JSON (.*)$", out, re.MULTILINE)
        return json.loads(found[1]) if found else None
