"""What the processes of ``dev/faults`` do, each as the server would do it."""

import contextlib
import random
import resource
import time

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import retrying

from odoo.addons.base.models import ir_cron, ir_mail_server
from odoo.addons.l10n_fr_debt_collection.models import collection_run

BATCH = 5
ROUNDS = 12


def patch():
    """Small batches: there is more than one to be killed between."""
    collection_run.EXECUTE_BATCH = BATCH
    ir_mail_server.SMTP_TIMEOUT = 3


@contextlib.contextmanager
def _environment(registry, uid=SUPERUSER_ID):
    with registry.cursor() as cursor:
        yield api.Environment(cursor, uid, {})


def _request(registry, work):
    """Do ``work(env)`` as a request of a person: tried again on a conflict."""
    with _environment(registry) as env:
        retrying(lambda: work(env), env)


# === JOBS === #


def schedule(registry):
    """Let the scheduler work until nothing is ready, as a worker does."""
    for _round in range(ROUNDS):
        ir_cron.IrCron._process_jobs(registry.db_name)
        if not _count_ready(registry):
            break


def _count_ready(registry):
    with _environment(registry) as env:
        return len(ir_cron.IrCron._get_all_ready_jobs(env.cr))


def by_hand(registry):
    """A person makes a run and executes it on the screen."""

    def work(env):
        company = env.company
        run = env["collection.run"].search(
            [("company_id", "=", company.id), ("state", "!=", "done")], limit=1
        ) or env["collection.run"].create({"company_id": company.id})
        run.action_execute()

    _request(registry, work)


def send_now(registry):
    """A person sends what waits in the outbox."""

    def work(env):
        waiting = env["mail.mail"].search([("state", "=", "outgoing")])
        waiting.send()

    _request(registry, work)


def queue(registry):
    """A second scheduler sends what waits in the outbox."""
    with _environment(registry) as env:
        env["mail.mail"].process_email_queue()
        env.cr.commit()


def next_hour(registry):
    """Let the hour come in which the jobs are due again by themselves.

    Odoo puts a job off until then whose process has died three times, and a mail that
    the server did not take for now waits a quarter of it.
    """
    with _environment(registry) as env:
        # All but those three are archived: see faults_prepare.
        env["ir.cron"].search([("code", "not like", "_cron_daily")]).write(
            {"nextcall": fields.Datetime.now()}
        )
        env.cr.execute(
            "UPDATE mail_mail SET scheduled_date = scheduled_date - interval '1 hour'"
        )
        env.cr.commit()


def both_crons(registry):
    """The same scheduled jobs once more, as if their lock had failed."""
    with _environment(registry) as env:
        env["collection.run"]._cron_daily()
        env["collection.run"]._cron_execute()
        env.cr.commit()
        env["mail.mail"].process_email_queue()
        env.cr.commit()


def at(registry, moment):
    """The scheduled jobs at a moment (UTC) of this process's clock."""
    with freeze_time(moment, tick=True):
        both_crons(registry)


def small_files(registry, bytes_):
    """The scheduler, in a process that may write no larger file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, resource.RLIM_INFINITY))
    schedule(registry)


def accountant(registry, rounds, seed):
    """Take money for invoices and reconcile it, locking debtors from the last one."""
    chance = random.Random(seed)
    with _environment(registry) as env:
        moves = env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        )
    for _round in range(rounds):
        chosen = sorted(chance.sample(moves.ids, 6), reverse=True)
        _request(registry, lambda env, chosen=chosen: _take_money(env, chosen))


def _take_money(env, move_ids):
    for move in env["account.move"].browse(move_ids):
        wizard = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"amount": 1})._create_payments()
        env.flush_all()
        env.cr.execute(
            "SELECT id FROM collection_case WHERE partner_id = %s FOR UPDATE",
            [move.commercial_partner_id.id],
        )
        time.sleep(0.02)


def registries(registry, url):
    """Have all debtors verified, and the announcements read, by services at ``url``."""
    with _environment(registry) as env:
        services = env["collection.registry.service"].search([])
        services.write({"url": url, "calls_per_minute": 100_000})
        jobs = env["collection.data.job"]
        debtors = env["collection.case"].search([])
        jobs._start("verify", env.company, case_ids=debtors.ids)
        jobs._start("watch", env.company)
        env.cr.commit()
        jobs._cron_execute()
        env.cr.commit()


def set_template(registry, body):
    """Give the second step's template this text."""
    with _environment(registry) as env:
        template = env["mail.template"].search([("name", "=", "Broken")])
        for lang, _name in env["res.lang"].get_installed():
            template.with_context(lang=lang).body_html = body
        env.cr.commit()


def attach_statements(registry):
    """Have the mails of the second step carry a PDF file."""
    with _environment(registry) as env:
        env["collection.step"].search([("name", "=", "Second")]).attach_statement = True
        env.cr.commit()


def run_again(registry):
    """A new run by hand, after what was in the way has gone, and its mails."""

    def work(env):
        run = env["collection.run"].create({"company_id": env.company.id})
        run.action_execute()

    _request(registry, work)
    queue(registry)


def retry_mails(registry):
    """A person sends the mails that failed again."""

    def work(env):
        failed = env["mail.mail"].search([("state", "=", "exception")])
        failed.action_retry()

    _request(registry, work)
    queue(registry)
