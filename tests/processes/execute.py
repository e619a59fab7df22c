"""Shell script: execute the run of the day in small batches, and die when told to.

``DIE`` is empty, ``between:N`` (after the N-th batch is committed) or ``within:N``
(when the N-th batch has made its mails and has not committed).
"""

import os
import signal

from odoo.addons.l10n_fr_debt_collection.models import collection_run

collection_run.EXECUTE_BATCH = 5
moment, _separator, count = os.environ.get("DIE", "").partition(":")
executed = 0
Run = type(env["collection.run"])  # noqa: F821
execute_batch = Run._execute_batch


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def counted(self, actions):
    global executed
    if moment == "between" and executed == int(count):
        die()
    execute_batch(self, actions)
    executed += 1
    if moment == "within" and executed == int(count):
        self.env.flush_all()
        die()


Run._execute_batch = counted
company = env.company  # noqa: F821
run = env["collection.run"].search(  # noqa: F821
    [("company_id", "=", company.id), ("state", "!=", "done")], limit=1
) or env["collection.run"].create({"company_id": company.id})  # noqa: F821
if os.environ.get("WAIT"):
    env.cr.commit()  # noqa: F821
run.action_execute()
env.cr.commit()  # noqa: F821
