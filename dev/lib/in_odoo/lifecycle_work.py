"""A company with debtors, and a run that writes to them."""

import os
import runpy

from lib import paths

PREPARE = paths.ROOT / "tests/processes/prepare.py"


def main(env, debtors):
    """Make the debtors, execute a run."""
    os.environ.update(DEBTORS=str(debtors), SMTP_PORT="9")
    runpy.run_path(str(PREPARE), init_globals={"env": env})
    run = env["collection.run"].create({"company_id": env.company.id})
    run.action_execute()
    if len(run.action_ids) != debtors:
        raise AssertionError(f"{len(run.action_ids)} actions for {debtors} debtors")
    env.cr.commit()
