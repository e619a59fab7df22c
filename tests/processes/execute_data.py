"""Shell script: do what the scheduled job of data jobs does, and die when told to.

``DIE`` is empty, ``between:N`` (after the N-th batch is committed) or ``within:N``
(when the N-th batch has been done and has not been committed). ``ROUNDS`` is how often
the job is called; ``RESUME`` has an administrator end the pauses of services before.
"""

import os
import signal

Worker = type(env["collection.data.worker.verify"])  # noqa: F821
Worker._batch = 5
moment, _separator, count = os.environ.get("DIE", "").partition(":")
worked = 0
work = Worker._work


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def counted(self, job, items):
    global worked
    if moment == "between" and worked == int(count):
        die()
    work(self, job, items)
    worked += 1
    if moment == "within" and worked == int(count):
        self.env.flush_all()
        die()


Worker._work = counted
if os.environ.get("RESUME"):
    env["collection.registry.service"].search([]).action_resume()  # noqa: F821
    env.cr.commit()  # noqa: F821
for _round in range(int(os.environ.get("ROUNDS", 1))):
    env["collection.data.job"]._cron_execute()  # noqa: F821
    env.cr.commit()  # noqa: F821
