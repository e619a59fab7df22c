"""Measure one step of ``dev/bench`` in a database, and print its row as JSON."""

import dataclasses
import json
import os
import resource
import time
from pathlib import Path

from lib import bench_observatory
from lib.bench_row import Row

KIB_IN_MIB = 1024


def main(env, step):
    """Measure the step, then its floor; roll back what either writes."""
    measured = bench_observatory.STEPS[step](env)
    measured.prepare()
    env.flush_all()
    row = _measure(env, step, measured)
    env.cr.rollback()
    env.invalidate_all()
    begin = time.perf_counter()
    measured.floor()
    seconds = round(time.perf_counter() - begin, 3)
    env.cr.rollback()
    print(json.dumps(dataclasses.asdict(row) | {"floor_seconds": seconds}))


def _measure(env, step, measured):
    queries = env.cr.sql_log_count
    begin, cpu_begin = time.perf_counter(), _cpu_seconds(env)
    measured.work()
    env.flush_all()
    return Row(
        step,
        measured.items,
        seconds=measured.seconds or round(time.perf_counter() - begin, 3),
        cpu_seconds=round(_cpu_seconds(env) - cpu_begin, 3),
        queries=env.cr.sql_log_count - queries,
        peak_mib=round(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB, 1
        ),
    )


def _cpu_seconds(env):
    """What this process and its backend of PostgreSQL, if it is here, have worked."""
    status = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")
    ticks = 0
    if status.is_file() and "postgres" in status.read_text():
        ticks = sum(map(int, status.read_text().rpartition(")")[2].split()[11:13]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
