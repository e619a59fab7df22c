"""Measure one step of ``dev/bench`` in a database, and print its row as JSON."""

import cProfile
import dataclasses
import json
import pstats
import resource
import time

from lib import bench_engine, bench_observatory, bench_screens, bench_steering
from lib.bench_row import Row
from lib.work_meter import read_cpu_seconds

KIB_IN_MIB = 1024
STEPS = (
    bench_observatory.STEPS
    | bench_engine.STEPS
    | bench_screens.STEPS
    | bench_steering.STEPS
)
PROFILED = 60  # functions of a table


def main(env, step, profile=None):
    """Measure the step, then its floor; roll back what either writes.

    :param profile: the file to write where the time goes; nothing else counts then
    """
    measured = STEPS[step](env)
    measured.prepare()
    env.flush_all()
    env.invalidate_all()
    if profile:
        _profile(measured, profile)
    row = _measure(env, step, measured)
    env.cr.rollback()
    env.invalidate_all()
    floor = _measure_floor(env, measured)
    env.cr.rollback()
    print(json.dumps(dataclasses.asdict(row) | floor))


def _measure_floor(env, measured):
    begin, cpu_begin = time.perf_counter(), read_cpu_seconds(env)
    measured.floor()
    seconds = measured.floor_seconds or time.perf_counter() - begin
    cpu_seconds = read_cpu_seconds(env) - cpu_begin
    return {
        "floor_seconds": round(seconds + measured.extra_seconds, 3),
        "floor_cpu_seconds": round(cpu_seconds + measured.extra_cpu_seconds, 3),
    }


def _profile(measured, path):
    """Have the work measured with a profiler, which slows it down."""
    profiler = cProfile.Profile()
    work = measured.work

    def profiled():
        profiler.runcall(work)
        with open(path, "w", encoding="utf-8") as file:
            for order in ("cumulative", "tottime"):
                stats = pstats.Stats(profiler, stream=file).strip_dirs()
                stats.sort_stats(order).print_stats(PROFILED)

    measured.work = profiled


def _measure(env, step, measured):
    queries = env.cr.sql_log_count
    begin, cpu_begin = time.perf_counter(), read_cpu_seconds(env)
    measured.work()
    env.flush_all()
    return Row(
        step,
        measured.items,
        seconds=measured.seconds or round(time.perf_counter() - begin, 3),
        cpu_seconds=round(read_cpu_seconds(env) - cpu_begin, 3),
        queries=env.cr.sql_log_count - queries,
        peak_mib=round(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB, 1
        ),
    )
