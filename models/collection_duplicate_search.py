from collections import Counter, defaultdict
from itertools import combinations

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.duplicate_clusters import split_group


class CollectionDuplicateGroup(models.Model):
    """Keeps the groups equal to what the comparison finds, decisions respected."""

    _inherit = "collection.duplicate.group"

    # === WHAT WAS FOUND === #

    @api.model
    def _get_clusters(self, company, found):
        """Return what was found less what was dismissed, as ``DuplicateGroup``."""
        refused = self._get_refused_pairs(company)
        return [part for group in found for part in split_group(group, refused)]

    @api.model
    def _get_refused_pairs(self, company):
        """Return the pairs of contacts that somebody has said are not the same."""
        members = self.env["collection.duplicate.member"]._read_group(
            [("company_id", "=", company.id), ("group_id.state", "=", "dismissed")],
            ["group_id"],
            ["partner_id:array_agg"],
        )
        return {
            frozenset(pair)
            for _group, partner_ids in members
            for pair in combinations(partner_ids, 2)
        }

    @api.model
    def _store_clusters(self, company, clusters):
        """Make or update one open group per cluster; return the groups."""
        figures = self._get_figures(
            company, {partner_id for cluster in clusters for partner_id in cluster.ids}
        )
        known = self._get_known_groups(company, clusters)
        kept_ids, fresh = set(), []
        for cluster in clusters:
            group = self._pick_known(known, cluster, kept_ids)
            if group:
                kept_ids.add(group.id)
                group._update_from(cluster, figures)
            else:
                fresh.append(self._prepare_group(company, cluster, figures))
        return self.browse(kept_ids) | self.create(fresh)

    @api.model
    def _get_known_groups(self, company, clusters):
        """Return ``{partner id: [open group]}`` of the partners of ``clusters``."""
        members = self.env["collection.duplicate.member"].search(
            [
                ("company_id", "=", company.id),
                ("group_id.state", "=", "new"),
                ("partner_id", "in", [id_ for found in clusters for id_ in found.ids]),
            ]
        )
        known = defaultdict(list)
        for member in members:
            known[member.partner_id.id].append(member.group_id)
        return known

    @api.model
    def _pick_known(self, known, cluster, taken_ids):
        """Return the group, not taken yet, that shares most with ``cluster``."""
        shared = Counter(
            group
            for partner_id in cluster.ids
            for group in known[partner_id]
            if group.id not in taken_ids
        )
        if not shared:
            return self.browse()
        return max(shared, key=lambda group: (shared[group], -group.id))

    def _update_from(self, cluster, figures):
        """Bring an open group up to date; a choice of whom to keep stays."""
        values = self._prepare_group(self.company_id, cluster, figures)
        if set(self.partner_ids.ids) == set(cluster.ids):
            members = {member.partner_id.id: member for member in self.member_ids}
            for _command, _id, vals in values.pop("member_ids"):
                self._write_changes(members[vals["partner_id"]], vals)
            values["survivor_id"] = self.survivor_id.id or values["survivor_id"]
        else:
            self.member_ids.unlink()
        self._write_changes(self, values)

    @api.model
    def _write_changes(self, record, values):
        """Write what differs: a group that is found again stays untouched."""
        current = record._convert_to_write({name: record[name] for name in values})
        changed = {
            name: value for name, value in values.items() if current[name] != value
        }
        if changed:
            record.write(changed)

    @api.model
    def _forget_others(self, company, kept):
        """Delete the open groups that are not found any more."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "new"),
                ("id", "not in", kept.ids),
            ]
        ).unlink()

    # === VALUES === #

    @api.model
    def _prepare_group(self, company, cluster, figures):
        members = [figures[partner_id] for partner_id in cluster.ids]
        survivor = max(members, key=self._rank_survivor)
        return {
            "company_id": company.id,
            "confidence": cluster.confidence,
            "code": cluster.reasons[0][2],
            "facts": [list(reason) for reason in cluster.reasons],
            "member_count": len(members),
            "survivor_id": survivor["partner_id"],
            "amount_due": sum(member["amount_due"] for member in members),
            "amount_overdue": sum(member["amount_overdue"] for member in members),
            "member_ids": [
                fields.Command.create(
                    {
                        name: member[name]
                        for name in (
                            "partner_id",
                            "former_id",
                            "name",
                            "receivable_count",
                            "completeness",
                        )
                    }
                )
                for member in members
            ],
        }

    @api.model
    def _rank_survivor(self, member):
        """Most receivables, then most complete, then oldest: see ``survivor_note``."""
        return (
            member["receivable_count"],
            member["completeness"],
            -member["partner_id"],
        )

    @api.model
    def _get_figures(self, company, partner_ids):
        """Return ``{partner id: values}`` that tell whom to keep, in three queries."""
        partners = self.env["res.partner"].browse(partner_ids)
        member_model = self.env["collection.duplicate.member"]
        amounts = self._get_amounts(company, partners)
        counts = self._get_receivable_counts(company, partners)
        return {
            partner.id: {
                "partner_id": partner.id,
                "former_id": partner.id,
                "name": partner.display_name,
                "completeness": member_model._get_completeness(partner),
                "receivable_count": counts.get(partner.id, 0),
                **amounts.get(partner.id, {"amount_due": 0, "amount_overdue": 0}),
            }
            for partner in partners
        }

    @api.model
    def _get_amounts(self, company, partners):
        cases = self.env["collection.case"].search_fetch(
            [("company_id", "=", company.id), ("partner_id", "in", partners.ids)],
            ["partner_id", "amount_due", "amount_overdue"],
        )
        return {
            case.partner_id.id: {
                "amount_due": case.amount_due,
                "amount_overdue": case.amount_overdue,
            }
            for case in cases
        }

    @api.model
    def _get_receivable_counts(self, company, partners):
        self.env["account.move.line"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT line.partner_id, count(*)
                         FROM account_move_line line
                        WHERE line.partner_id = ANY(%(partners)s)
                          AND line.company_id = %(company)s
                          AND line.account_id = ANY(%(accounts)s)
                          AND line.parent_state = 'posted'
                        GROUP BY line.partner_id""",
                    partners=list(partners.ids),
                    company=company.id,
                    accounts=self.env["collection.balance"]._receivable_account_ids(),
                )
            )
        )
