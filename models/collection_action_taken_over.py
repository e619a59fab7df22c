from odoo import api, fields, models


class CollectionAction(models.Model):
    """Contacts of before this module, kept so that nothing is said twice."""

    _inherit = "collection.action"

    taken_over_from = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What this contact was in the module it was taken over from.",
    )

    @api.model
    def _take_over(self, contacts):
        """Note contacts made elsewhere, once each.

        :param contacts: ``{(case, step, day, name elsewhere): account.move.line}``
        :return: the new actions
        """
        names = [name for _case, _step, _day, name in contacts]
        known = set(
            self.search([("taken_over_from", "in", names)]).mapped("taken_over_from")
        )
        new = {key: lines for key, lines in contacts.items() if key[3] not in known}
        actions = self.create(
            [
                {
                    "case_id": case.id,
                    "scenario_id": step.scenario_id.id,
                    "step_id": step.id,
                    "channel": step.channel,
                    "date": day,
                    "sent_date": fields.Datetime.to_datetime(day),
                    "state": "done",
                    "taken_over_from": name,
                    "amount": sum(lines.mapped("amount_residual")),
                }
                for (case, step, day, name), lines in new.items()
            ]
        )
        items = self.env["collection.action.item"]
        all_ids = [line.id for lines in new.values() for line in lines]
        by_day = {
            day: items._prepare_snapshots(all_ids, day)
            for day in {day for _case, _step, day, _name in new}
        }
        items.create(
            [
                {
                    **by_day[day][line.id],
                    "action_id": action.id,
                    "step_id": step.id,
                    "delay_days": step.delay_days,
                }
                for action, ((_case, step, day, _name), lines) in zip(
                    actions, new.items(), strict=True
                )
                for line in lines
            ]
        )
        return actions
