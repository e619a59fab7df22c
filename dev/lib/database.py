"""Databases and their filestores: create, copy, rename, drop."""

import os
import shutil

from . import paths, postgres
from .system import run


def execute(statement, database="postgres"):
    """Run one SQL statement and return what it prints, one row a line."""
    options = ("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1")
    command = (postgres.program("psql"), *options, "-d", database, "-c", statement)
    return run(command).stdout.strip()


def exists(name):
    """Is there a database of this name, with its filestore?"""
    found = execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
    return bool(found) and (paths.FILESTORE / name).is_dir()


def names(prefix):
    """The databases whose name begins with ``prefix``."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, '{}')"
    return execute(query.format(prefix)).splitlines()


def drop(name):
    """Drop a database, if it exists, with its filestore."""
    execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(paths.FILESTORE / name, ignore_errors=True)


def copy(source, target):
    """Make ``target`` a copy of ``source``; files are shared by hard links."""
    drop(target)
    _disconnect(source)
    execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    shutil.copytree(
        paths.FILESTORE / source, paths.FILESTORE / target, copy_function=os.link
    )


def rename(source, target):
    """Give a database and its filestore another name."""
    drop(target)
    _disconnect(source)
    (paths.FILESTORE / source).rename(paths.FILESTORE / target)
    execute(f'ALTER DATABASE "{source}" RENAME TO "{target}"')


def _disconnect(name):
    """End the connections that would be in the way of a copy."""
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
