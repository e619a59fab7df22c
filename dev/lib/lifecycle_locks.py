"""Who waits for the tables of accounting while something else goes on."""

import subprocess
import threading
import time

from . import postgres

PERIOD = 0.05
# Locks that keep others from writing, and what they keep them from.
HEAVY = (
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
QUERY = """
SELECT relation::regclass || '|' || mode FROM pg_locks
 WHERE granted AND locktype = 'relation'
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND relation::regclass::text IN ('account_move', 'account_move_line', 'res_partner',
                                    'account_payment', 'account_partial_reconcile')
"""


class Watch:
    """Samples the heavy locks of a database until it is told to stop."""

    def __init__(self, name):
        options = ("-X", "-A", "-t", "-q", "-d", name)
        self._psql = subprocess.Popen(
            [postgres.program("psql"), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.seconds = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._is_over.set()
        self._thread.join()
        self._psql.stdin.close()
        self._psql.wait()

    def _sample(self):
        last = time.monotonic()
        while not self._is_over.wait(PERIOD):
            held = self._ask()
            now = time.monotonic()
            for lock in held:
                self.seconds[lock] = self.seconds.get(lock, 0) + now - last
            last = now

    def _ask(self):
        self._psql.stdin.write(f"{QUERY};\n\\echo end\n")
        self._psql.stdin.flush()
        lines = iter(self._psql.stdout.readline, "end\n")
        pairs = {tuple(line.strip().split("|")) for line in lines if "|" in line}
        return {pair for pair in pairs if pair[1] in HEAVY}
