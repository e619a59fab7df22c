from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CollectionAbsence(models.Model):
    """Days on which a collector is away, and who does his work meanwhile.

    Nothing changes hands for good: whoever is asked for the collector of a case finds
    the substitute, the open work is shown to him, and comes back on the day after.
    """

    _name = "collection.absence"
    _description = "Absence of a collector"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    substitute_id = fields.Many2one(
        "res.users", required=True, index=True, domain="[('share', '=', False)]"
    )
    date_from = fields.Date(
        string="First day",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    date_to = fields.Date(
        string="Last day",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for the work of every company."
    )
    note = fields.Char()
    is_handed_back = fields.Boolean(
        readonly=True, help="The work of these days has been given back."
    )
    state = fields.Selection(
        [("planned", "Planned"), ("away", "Away"), ("back", "Back")],
        compute="_compute_state",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "An absence ends after it has begun."
    )

    # === COMPUTE METHODS === #

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = self.env.company._get_collection_today()
        for absence in self:
            if not (absence.date_from and absence.date_to):
                absence.state = False
            elif absence.date_from > today:
                absence.state = "planned"
            else:
                absence.state = "away" if absence.date_to >= today else "back"

    @api.depends("user_id", "date_from", "date_to")
    def _compute_display_name(self):
        for absence in self:
            absence.display_name = self.env._(
                "%(user)s, %(start)s to %(end)s",
                user=absence.user_id.name or "",
                start=tools.format_date(self.env, absence.date_from),
                end=tools.format_date(self.env, absence.date_to),
            )

    # === CONSTRAINTS === #

    @api.constrains("user_id", "substitute_id", "date_from", "date_to", "company_id")
    def _check_substitute(self):
        for absence in self:
            if absence.user_id == absence.substitute_id:
                raise ValidationError(
                    self.env._(
                        "%s cannot stand in for himself: choose a colleague.",
                        absence.user_id.name,
                    )
                )
            if self.search_count(absence._get_overlap_domain(), limit=1):
                raise ValidationError(
                    self.env._(
                        "%s is already absent on some of these days: change the "
                        "absence that exists.",
                        absence.user_id.name,
                    )
                )

    def _get_overlap_domain(self):
        self.ensure_one()
        domain = (
            Domain("id", "!=", self.id)
            & Domain("user_id", "=", self.user_id.id)
            & Domain("date_from", "<=", self.date_to)
            & Domain("date_to", ">=", self.date_from)
        )
        if self.company_id:
            domain &= Domain("company_id", "in", (False, self.company_id.id))
        return domain

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        self._forget_substitutes()
        absences._hand_over()
        return absences

    def write(self, vals):
        result = super().write(vals)
        if set(vals) <= {"is_handed_back", "note"}:
            return result
        self._forget_substitutes()
        super().write({"is_handed_back": False})
        self._hand_back(self._get_finished())
        self._hand_over()
        return result

    def unlink(self):
        pairs = [(absence.user_id, absence.substitute_id) for absence in self]
        companies = self.company_id
        result = super().unlink()
        self._forget_substitutes()
        for user, substitute in pairs:
            self._give_back(user, substitute, companies)
        return result

    @api.model
    def _forget_substitutes(self):
        self.env.registry.clear_cache()

    # === WHO STANDS IN === #

    @api.model
    def _get_substitute(self, user, company):
        """Return who does the work of ``user`` today: himself unless he is away."""
        if not user:
            return user
        # Asked for every case of a run: the day's few absences are kept in memory.
        substitutes = self._get_substitutes(company.id, company._get_collection_today())
        return user.browse(substitutes.get(user.id, user.id))

    @api.model
    @tools.ormcache("company_id", "day")
    def _get_substitutes(self, company_id, day):
        """Return ``{absent user id: id of who does his work}`` on ``day``.

        Substitutes who are away themselves pass it on; where all are, the first keeps
        it.
        """
        # Everybody who works a case is replaced, whoever may see the absences.
        absences = self.sudo().search(
            Domain("company_id", "in", (False, company_id))
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
        )
        direct = {absence.user_id.id: absence.substitute_id.id for absence in absences}
        return {user_id: self._follow(direct, user_id) for user_id in direct}

    @api.model
    def _follow(self, direct, user_id):
        seen = [user_id]
        while (following := direct.get(seen[-1])) and following not in seen:
            seen.append(following)
        is_circle = seen[-1] in direct
        return direct[user_id] if is_circle else seen[-1]

    # === HANDING OVER THE OPEN WORK === #

    @api.model
    def _refresh(self, company):
        """Hand over what is open of who left, and give back to who has returned."""
        absences = self.search(
            Domain("company_id", "in", (False, company.id))
            & Domain("is_handed_back", "=", False)
        )
        absences._hand_back(absences._get_finished())
        absences._hand_over()

    def _get_finished(self):
        today = self.env.company._get_collection_today()
        return self.filtered(lambda absence: absence.date_to < today)

    def _hand_over(self):
        """Give the tasks of who is away today to the substitutes."""
        today = self.env.company._get_collection_today()
        for absence in self:
            if absence.date_from <= today <= absence.date_to:
                actions = absence._get_open_actions(absence.user_id)
                # Tasks may be those of a colleague.
                actions.activity_id.sudo().user_id = absence.substitute_id

    def _hand_back(self, finished):
        for absence in finished:
            self._give_back(absence.user_id, absence.substitute_id, absence.company_id)
        finished.is_handed_back = True

    @api.model
    def _give_back(self, user, substitute, companies):
        """Give ``user`` back what the substitute has not done of his work."""
        domain = self._get_open_domain(companies)
        Action = self.env["collection.action"].sudo()
        own_tasks = Action.search(domain & Domain("user_id", "=", user.id))
        lent = Action.search(domain & Domain("user_id", "=", substitute.id)).filtered(
            lambda action: action.case_id._get_collector() == user
        )
        lent.user_id = user
        tasks = (own_tasks | lent).activity_id
        tasks.filtered(lambda task: task.user_id == substitute).user_id = user

    def _get_open_actions(self, user):
        self.ensure_one()
        # Whoever notes an absence hands over what is the absent collector's.
        return (
            self.env["collection.action"]
            .sudo()
            .search(
                self._get_open_domain(self.company_id) & Domain("user_id", "=", user.id)
            )
        )

    @api.model
    def _get_open_domain(self, companies):
        domain = Domain("state", "in", ("to_validate", "todo"))
        return (
            domain & Domain("company_id", "in", companies.ids) if companies else domain
        )
