"""Measure OCA account_credit_control on the ledger, and print its figures as JSON.

Lines, "ready" and grouping are measured whole; mails and letters, which cost the same
each, on a sample. All is rolled back.
"""

import json
import time
from datetime import date

from odoo.exceptions import UserError

POLICY = "account_credit_control.credit_control_3_time"
REPORT = "account_credit_control.credit_control_summary"


def main(env, url, mails, letters):
    """Make the run of the day over everything that is overdue.

    :param url: a server on this database, from which wkhtmltopdf takes style sheets
    :param mails: how many mails to measure, with and without PDF
    :param letters: how many letters to measure
    """
    env = env(context={"lang": "fr_FR"})
    company = env.ref("base.main_company")
    _configure(env, company, url)
    figures = {}
    run = env["credit.control.run"].create(
        {
            "date": date.today(),
            "policy_ids": [(6, 0, env.ref(POLICY).ids)],
            "company_id": company.id,
        }
    )
    figures["run"] = _timed(env, run.generate_credit_lines)
    env.cr.execute("ANALYZE credit_control_line")
    figures["ready"] = _timed(env, run.set_to_ready_lines)
    lines = env["credit.control.line"].search([("state", "=", "to_be_sent")])
    communications = env["credit.control.communication"]
    made = []
    figures["grouping"] = _timed(
        env,
        lambda: made.extend(communications._generate_comm_from_credit_lines(lines)),
    )
    made = communications.union(*made)
    figures |= {"lines": len(lines), "messages": len(made)}
    reached = made.filtered(lambda message: message.get_email())
    figures |= _measure_mails(env, reached[:mails], reached[mails : 2 * mails])
    figures["letter"] = _measure_letters(env, reached[2 * mails :][:letters])
    env.cr.rollback()
    print(json.dumps(figures))


def _configure(env, company, url):
    policy = env.ref(POLICY)
    company.credit_policy_id = policy
    policy.company_id = False
    policy.account_ids = env["account.account"].search(
        [("account_type", "=", "asset_receivable")]
    )
    for key in ("report.url", "web.base.url"):
        env["ir.config_parameter"].set_param(key, url)


def _measure_mails(env, plain, with_pdf):
    """Seconds of a mail without and with its PDF."""
    template = plain.policy_level_id.email_template_id[:1]
    reports = template.report_template_ids
    template.report_template_ids = False
    seconds = {"mail": _timed_each(env, plain)}
    template.report_template_ids = reports
    seconds["mail_with_pdf"] = _timed_each(env, with_pdf)
    return seconds


def _timed_each(env, messages):
    messages = messages.with_context(mail_notify_force_send=False)
    return _timed(env, messages._generate_emails) / max(1, len(messages))


def _measure_letters(env, messages):
    """Seconds of a letter; in one file when this wkhtmltopdf can, else one by one."""
    report = env.ref(REPORT)

    def together():
        report._render_qweb_pdf(report.id, messages.ids)

    def one_by_one():
        for message in messages:
            report._render_qweb_pdf(report.id, message.ids)

    try:
        seconds = _timed(env, together)
    except UserError:  # a build without the patches of Qt takes one document a call
        seconds = _timed(env, one_by_one)
    return seconds / max(1, len(messages))


def _timed(env, work):
    """Seconds of a piece of work, with what a commit would do but for the commit."""
    env.flush_all()
    env.invalidate_all()
    begin = time.perf_counter()
    work()
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()
    return round(time.perf_counter() - begin, 3)
