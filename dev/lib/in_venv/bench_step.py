"""Measure one step of ``dev/bench`` and print its row as JSON.

Run by the Python of the environment: ``bench_step.py STEP ITEMS``.
"""

import dataclasses
import json
import resource
import sys
import time

from lib import bench_steps, plain_tests
from lib.bench_row import Row

KIB_IN_MIB = 1024


def measure(step, items):
    """The row of a step; preparing its data is not measured."""
    with bench_steps.STEPS[step](items) as work:
        begin, cpu_begin = time.perf_counter(), time.process_time()
        work()
        seconds = time.perf_counter() - begin
        cpu_seconds = time.process_time() - cpu_begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB
    times = (round(seconds, 3), round(cpu_seconds, 3))
    return Row(step, items, *times, peak_mib=round(peak, 1))


if __name__ == "__main__":
    plain_tests.pytest_configure()
    row = measure(sys.argv[1], int(sys.argv[2]))
    print(json.dumps(dataclasses.asdict(row)))
