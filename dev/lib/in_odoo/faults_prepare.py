"""A company with debtors, its scheduled jobs due now, nothing else scheduled."""

import os
import runpy

from lib import paths

from odoo import fields

PREPARE = paths.ROOT / "tests/processes/prepare.py"
MODULE = paths.MODULE
DUE = "ir_cron_daily_follow_up"
WOKEN = (f"{MODULE}.ir_cron_execute_runs", "mail.ir_cron_mail_scheduler_action")


def main(env, debtors, port):
    """Make ``debtors`` debtors, each to get one mail; every fourth the second step."""
    os.environ.update(DEBTORS=str(debtors), SMTP_PORT=str(port))
    runpy.run_path(str(PREPARE), init_globals={"env": env})
    _prepare_second_step(env)
    _prepare_jobs(env)
    env.company.collection_auto_run = True
    env["ir.config_parameter"].set_param(f"{MODULE}.job_size", 5)
    env["collection.balance"]._refresh_companies(env.company)
    env["collection.case"].search([])._review()
    env.cr.commit()


def _prepare_second_step(env):
    """A step of its own, with its own template, for the older invoices."""
    scenario = env.ref(f"{MODULE}.scenario_business")
    first = scenario.step_ids.filtered(lambda step: step.delay_days == 3)
    # PDF files take long: some faults ask for them.
    scenario.step_ids.write({"attach_statement": False, "attach_invoices": False})
    template = first.template_id.copy({"name": "Broken"})
    first.copy(
        {
            "delay_days": 4,
            "name": "Second",
            "template_id": template.id,
        }
    )
    moves = env["account.move"].search([("move_type", "=", "out_invoice")], order="id")
    younger = moves.filtered(lambda move: move.id % 4)
    due = fields.Date.subtract(env.company._get_collection_today(), days=3)
    younger.line_ids.filtered("date_maturity").date_maturity = due


def _prepare_jobs(env):
    """Only the jobs of the follow-up and of the mails work."""
    jobs = env["ir.cron"].with_context(active_test=False).search([])
    jobs.active = False
    due, *woken = (env.ref(name) for name in (f"{MODULE}.{DUE}", *WOKEN))
    now = fields.Datetime.now()
    due.write({"active": True, "nextcall": fields.Datetime.subtract(now, minutes=5)})
    for job in woken:
        job.write({"active": True, "nextcall": fields.Datetime.add(now, days=2)})
    env["ir.cron.trigger"].search([]).unlink()
