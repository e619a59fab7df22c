"""Shell script: the scheduled jobs of a day in their order, and what happens between.

Prints, as JSON, one row per debtor and what a stand-in for the provider of text
messages was given. ``env`` is the Odoo shell's; the day is that of ``FROZEN``.
"""

import json
import os
from collections import Counter

from freezegun import freeze_time

from odoo.addons.sms.tools.sms_api import SmsApi

freeze_time(os.environ["FROZEN"], tick=True).start()
module = "l10n_fr_debt_collection"
texts = Counter()
company = env.company  # noqa: F821

REPLY = """From: {email}
To: catchall@atelier.example
Subject: Re: your account
Message-Id: <reply-{number}@example.com>
In-Reply-To: {parent}
References: {parent}
Content-Type: text/plain; charset=utf-8

We have paid this morning.
"""
BOUNCE = """From: MAILER-DAEMON@mx.example.com
To: bounce@atelier.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-{number}@mx.example.com>
In-Reply-To: {parent}
References: {parent}
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {email}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--part
Content-Type: message/rfc822

Message-Id: {parent}
To: {email}

--part--
"""


def take_texts(self, messages, delivery_reports_url=False):
    numbers = [number for message in messages for number in message["numbers"]]
    texts.update(number["number"] for number in numbers)
    return [{"uuid": n["uuid"], "state": "success", "credit": 1} for n in numbers]


SmsApi._send_sms_batch = take_texts


def run_job(*xmlids):
    for xmlid in xmlids:
        env.ref(xmlid).method_direct_trigger()  # noqa: F821
        env.cr.commit()  # noqa: F821


def cases_of(kind):
    return env["collection.case"].search(  # noqa: F821
        [("partner_id.ref", "=", kind), ("company_id", "=", company.id)]
    )


def mailed(kind):
    """Return the actions of these debtors that went into the outbox."""
    return cases_of(kind).action_ids.filtered("mail_id")


def receive(mail, actions):
    for number, action in enumerate(actions):
        env["mail.thread"].message_process(  # noqa: F821
            "collection.case",
            mail.format(
                email=action.recipient_address,
                number=f"{action.id}-{number}",
                parent=action.mail_id.message_id,
            ),
        )
    env.cr.commit()  # noqa: F821


night = (
    f"{module}.ir_cron_refresh_balances",
    f"{module}.ir_cron_judge_promises",
    f"{module}.ir_cron_judge_plans",
    f"{module}.ir_cron_judge_disputes",
    f"{module}.ir_cron_review_cases",
    f"{module}.ir_cron_daily_follow_up",
    f"{module}.ir_cron_execute_runs",
)
outbox = ("mail.ir_cron_mail_scheduler_action", "sms.ir_cron_sms_scheduler_action")
run_job(*night)

# Between the outbox and the mail server some pay, some answer.
wizard = env["account.payment.register"].with_context(  # noqa: F821
    active_model="account.move", active_ids=cases_of("paid").line_ids.move_id.ids
)
wizard.create({"group_payment": True})._create_payments()
env.cr.commit()  # noqa: F821
receive(REPLY, mailed("answered_meanwhile"))

run_job(*outbox)
receive(BOUNCE, mailed("bounced"))
# Jobs come back: nothing may happen twice.
run_job(f"{module}.ir_cron_review_cases", *night[-2:], *outbox)

run = env["collection.run"].search([("company_id", "=", company.id)])  # noqa: F821
reasons = {log.partner_id: log for log in run.log_ids if log.case_id}
rows = []
for case in env["collection.case"].search(  # noqa: F821
    [("company_id", "=", company.id), ("partner_id.ref", "!=", False)]
):
    actions = case.action_ids.filtered("run_id").sorted("channel")
    log = reasons.get(case.partner_id)
    rows.append(
        {
            "debtor": case.partner_id.name,
            "email": case.partner_id.email,
            "phone": case.partner_id.phone,
            "actions": [
                [
                    action.channel,
                    action.state,
                    action.delivery_state,
                    action.failure_reason or "",
                    bool(action.attachment_ids),
                ]
                for action in actions
            ],
            "code": log.code if log else "",
            "reason": log.message if log else "",
        }
    )
runs = [[one.state, one.error_count] for one in run]
print("JSON " + json.dumps({"rows": rows, "texts": texts, "runs": runs}))
