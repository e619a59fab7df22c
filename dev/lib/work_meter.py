"""What work costs: processor time of this process and of its backend, and queries."""

import contextlib
import os
import resource
import time
from collections import defaultdict
from pathlib import Path


class WorkMeter:
    """Adds up the cost of pieces of work, by kind."""

    def __init__(self, env):
        self.env = env
        self.figures = defaultdict(
            lambda: {"cpu_seconds": 0.0, "seconds": 0.0, "queries": 0}
        )

    @contextlib.contextmanager
    def measure(self, kind):
        """Add what is done inside to the figures of ``kind``."""
        begin = self._read()
        yield
        figures = self.figures[kind]
        for name, after in self._read().items():
            figures[name] += after - begin[name]

    def _read(self):
        return {
            "cpu_seconds": read_cpu_seconds(self.env),
            "seconds": time.perf_counter(),
            "queries": self.env.cr.sql_log_count,
        }


def read_cpu_seconds(env):
    """What this process, those it has waited for and its backend, if here, worked."""
    status = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")
    ticks = 0
    if status.is_file() and "postgres" in status.read_text():
        ticks = sum(map(int, status.read_text().rpartition(")")[2].split()[11:13]))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        time.process_time()
        + ticks / os.sysconf("SC_CLK_TCK")
        + children.ru_utime
        + children.ru_stime
    )
