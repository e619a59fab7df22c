"""What the debtors were told: the contacts of the default scenario, as if it had run.

An instalment passes each step on the first Monday after its day, if it is open then;
what falls on one day for one debtor is one contact.
"""

from odoo.tools import SQL

from .staging import bulk_insert, clone

STEPS = 4


def insert_contacts(env, end):
    """Insert the actions and items of the past, but for the last days."""
    company = env.company
    steps = company.collection_scenario_id.step_ids.filtered(
        lambda step: step.delay_days > 0
    ).sorted("delay_days")[:STEPS]
    case = env["collection.case"].search([("company_id", "=", company.id)], limit=1)
    action = env["collection.action"].create(
        {"case_id": case.id, "channel": "email", "date": end, "state": "sent"}
    )
    env.flush_all()
    item = _insert_item_prototype(env, action, case)
    _stage(env, steps, end)
    with bulk_insert(env, "collection_action", "collection_action_item"):
        _insert_actions(env, action, steps.scenario_id)
        _insert_items(env, item)
    item.unlink()
    env.invalidate_all()
    env.cr.execute("DELETE FROM collection_action WHERE id = %s", [action.id])


def _insert_item_prototype(env, action, case):
    return env["collection.action.item"].create(
        {
            "action_id": action.id,
            "name": "Prototype",
            "document_type": "invoice",
            "currency_id": case.currency_id.id,
        }
    )


def _stage(env, steps, end):
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE bench_passed AS
               SELECT item.line_id, item.move_id, item.partner_id, item.name,
                      item.due, item.day AS invoiced, item.amount,
                      step.id AS step_id, step.delay, step.channel, monday.day
                 FROM ledger_item item
            LEFT JOIN (SELECT debit, max(day) AS day FROM ledger_match GROUP BY debit)
                      last ON last.debit = item.line_id
                 JOIN unnest(%(ids)s::int4[], %(delays)s::int4[], %(channels)s::text[])
                      AS step (id, delay, channel) ON TRUE
           CROSS JOIN LATERAL (
                      SELECT item.due + step.delay
                             + (8 - extract(isodow FROM item.due + step.delay)::int)
                             %% 7 AS day) monday
                WHERE item.kind = 'invoice' AND monday.day <= %(end)s
                  AND (item.residual <> 0 OR monday.day < last.day)""",
            ids=steps.ids,
            delays=steps.mapped("delay_days"),
            channels=steps.mapped("channel"),
            end=end,
        )
    )
    env.cr.execute(
        """CREATE TEMP TABLE bench_contact AS
           SELECT nextval('collection_action_id_seq') AS id, c.id AS case_id, contact.*
             FROM (SELECT partner_id, day, sum(amount) AS amount,
                          (array_agg(step_id ORDER BY delay DESC))[1] AS step_id,
                          (array_agg(channel ORDER BY delay DESC))[1] AS channel
                     FROM bench_passed GROUP BY partner_id, day
                    ORDER BY day, partner_id) contact
             JOIN collection_case c ON c.partner_id = contact.partner_id"""
    )
    env.cr.execute("CREATE INDEX ON bench_contact (partner_id, day)")
    env.cr.execute("ANALYZE bench_passed, bench_contact")
    env.cr.execute(
        """CREATE TEMP TABLE bench_passed_item AS
           SELECT contact.id AS action_id, passed.*
             FROM bench_passed passed JOIN bench_contact contact
                  USING (partner_id, day)
            ORDER BY contact.id"""
    )


def _insert_actions(env, prototype, scenario):
    clone(
        env,
        "collection_action",
        prototype.id,
        "bench_contact",
        id="s.id",
        case_id="s.case_id",
        partner_id="s.partner_id",
        scenario_id=str(scenario.id),
        step_id="s.step_id",
        channel="s.channel",
        date="s.day",
        sent_date="s.day",
        amount="s.amount",
        state="CASE WHEN s.channel IN ('email', 'letter') THEN 'sent' ELSE 'done' END",
        outcome="""CASE WHEN s.channel IN ('email', 'letter') THEN NULL
                        WHEN s.channel <> 'phone' THEN 'done'
                        WHEN s.id % 10 < 3 THEN 'promised'
                        WHEN s.id % 10 = 3 THEN 'disputed'
                        WHEN s.id % 10 < 6 THEN 'voicemail' ELSE 'reached' END""",
    )


def _insert_items(env, prototype):
    clone(
        env,
        "collection_action_item",
        prototype.id,
        "bench_passed_item",
        id="nextval('collection_action_item_id_seq')",
        action_id="s.action_id",
        line_id="s.line_id",
        move_id="s.move_id",
        name="s.name",
        date="s.invoiced",
        date_due="s.due",
        days_late="s.day - s.due",
        amount_total="s.amount",
        amount_residual_currency="s.amount",
        amount="s.amount",
        step_id="s.step_id",
        delay_days="s.delay",
    )
