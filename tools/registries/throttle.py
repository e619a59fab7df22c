"""Space out calls so as to stay within what a service allows."""

import threading
import time


class Throttle:
    """Let ``calls_per_minute`` calls through, evenly spaced, within this process.

    Calling the throttle blocks until the next call is allowed. Threads may share it.
    """

    def __init__(self, calls_per_minute, *, clock=time.monotonic, sleep=time.sleep):
        self._interval = 60 / calls_per_minute
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next_call = 0

    def __call__(self):
        delay = self._book() - self._clock()
        if delay > 0:
            self._sleep(delay)

    def _book(self):
        """Return the time of the next free call, which it takes."""
        with self._lock:
            moment = max(self._clock(), self._next_call)
            self._next_call = moment + self._interval
            return moment
