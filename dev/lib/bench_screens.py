"""The step of ``dev/bench`` that opens the main screens, as the web client asks."""

import time
from datetime import date

from lxml import etree

from odoo.tools.safe_eval import safe_eval

from .bench_observatory import Step

PAGE = 80
KANBAN_PAGE = 40
COUNTED = 10_001  # how far the web client counts
RELATIONS = ("many2one", "reference", "many2one_reference")
NAME = {"fields": {"display_name": {}}}
# The screens of the menu: window action and view.
SCREENS = {
    "cases, list": ("collection_case_action", "list"),
    "cases, kanban": ("collection_case_action", "kanban"),
    "cases, pivot": ("collection_case_action", "pivot"),
    "ageing, list": ("collection_ageing_action", "list"),
    "actions, list": ("collection_action_action", "list"),
    "actions, kanban": ("collection_action_action", "kanban"),
    "actions, pivot": ("collection_action_action", "pivot"),
    "open items, list": ("account_move_line_collection_action", "list"),
    "today, list": ("collection_action_today_action", "list"),
}
READ_OPEN = """
    SELECT * FROM collection_case WHERE amount_overdue > 0
     ORDER BY amount_overdue DESC LIMIT 80"""
GROUP_CASES = "SELECT state, count(*), sum(amount_due) FROM collection_case GROUP BY 1"


class Screens(Step):
    """The slowest of the screens that people open all day, each on cold caches."""

    table = "collection_case"

    def __init__(self, env):
        super().__init__(env(user=env.ref("base.user_admin")))
        self.env = self.env(context={"lang": "fr_FR", "tz": "Europe/Paris"})

    def prepare(self):
        """The views are compiled once for all users, not by each opening."""
        for name in SCREENS:
            self._open(name)
        self._open_form()

    def work(self):
        opened = [self._time(name, self._open, name) for name in SCREENS]
        opened.append(self._time("a case, form", self._open_form))
        opened.append(
            self._time("overview", self.env["collection.observatory"].get_dashboard)
        )
        self.seconds = max(opened)

    def _time(self, name, work, *arguments):
        self.env.invalidate_all()
        queries = self.env.cr.sql_log_count
        begin = time.perf_counter()
        work(*arguments)
        seconds = round(time.perf_counter() - begin, 3)
        count = self.env.cr.sql_log_count - queries
        print(f"  {name}: {seconds:.2f} s, {count} queries")
        return seconds

    def _open(self, name):
        xmlid, kind = SCREENS[name]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"l10n_fr_debt_collection.{xmlid}"
        )
        model = self.env[action["res_model"]]
        if action.get("context"):
            context = self._evaluate(action["context"])
            context = {
                key: value
                for key, value in context.items()
                if not key.startswith(("search_default_", "default_"))
            }
            model = model.with_context(**context)
        domain = self._evaluate(action.get("domain") or "[]")
        views = dict.fromkeys(kind for _id, kind in action["views"])
        view_ids = {kind: view_id for view_id, kind in action["views"]}
        fetched = model.get_views(
            [*((view_ids[kind], kind) for kind in views), (False, "search")],
            {"action_id": action["id"], "load_filters": True, "toolbar": True},
        )
        arch = etree.fromstring(fetched["views"][kind]["arch"])
        getattr(self, f"_read_{kind}")(model, domain, arch, fetched)

    def _evaluate(self, text):
        return safe_eval(text, {"uid": self.env.uid, "context_today": date.today})

    def _read_list(self, model, domain, arch, fetched):
        columns = self._specify(model, arch, fetched)
        model.web_search_read(
            domain,
            columns,
            limit=int(arch.get("limit") or PAGE),
            order=arch.get("default_order") or "",
            count_limit=COUNTED,
        )

    def _read_kanban(self, model, domain, arch, fetched):
        columns = self._specify(model, arch, fetched)
        by = arch.get("default_group_by")
        if not by:
            model.web_search_read(domain, columns, limit=KANBAN_PAGE)
            return
        model.web_read_group(
            domain,
            [by],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=columns,
            unfold_read_default_limit=KANBAN_PAGE,
        )

    def _read_pivot(self, model, domain, arch, _fetched):
        rows, columns, measures = [], [], ["__count"]
        for node in arch.iter("field"):
            name = node.get("name")
            interval = node.get("interval")
            spec = f"{name}:{interval}" if interval else name
            if node.get("type") == "row":
                rows.append(spec)
            elif node.get("type") == "col":
                columns.append(spec)
            elif node.get("type") == "measure":
                measures.append(f"{name}:{model._fields[name].aggregator}")
        sets = [
            rows[:depth] + columns[:width]
            for depth in range(len(rows) + 1)
            for width in range(len(columns) + 1)
        ]
        model.formatted_read_grouping_sets(domain, sets, measures)

    def _open_form(self):
        case = self.env["collection.case"].search(
            [("company_id", "=", self.company.id)], order="amount_due desc", limit=1
        )
        fetched = case.get_views(
            [(False, "form")], {"load_filters": False, "toolbar": True}
        )
        arch = etree.fromstring(fetched["views"]["form"]["arch"])
        case.web_read(self._specify(case, arch, fetched))

    def _specify(self, model, arch, fetched):
        """What the web client asks of each field of a view, lists within it too."""
        specification = {}
        for node in self._own_fields(arch):
            name = node.get("name")
            field = model._fields.get(name)
            if field is None or name not in fetched["models"][model._name]["fields"]:
                continue
            specification[name] = {}
            if field.type in RELATIONS:
                specification[name] = NAME
            elif field.type in ("one2many", "many2many"):
                specification[name] = self._specify_lines(model, node, field, fetched)
        return specification

    def _specify_lines(self, model, node, field, fetched):
        inner = node.find("./list")
        if inner is None:
            inner = node.find("./kanban")
        if inner is None:
            return NAME if node.get("widget") == "many2many_tags" else {}
        comodel = model.env[field.comodel_name]
        return {"fields": self._specify(comodel, inner, fetched), "limit": 40}

    def _own_fields(self, arch):
        """The fields of a view that are not those of a list within it."""
        for node in arch.iter("field"):
            parent = node.getparent()
            while parent is not None and parent is not arch and parent.tag != "field":
                parent = parent.getparent()
            if parent is arch or parent is None:
                yield node

    def floor(self):
        self.execute(READ_OPEN)
        self.env.cr.fetchall()
        self.execute(GROUP_CASES)
        self.env.cr.fetchall()


STEPS = {"screens": Screens}
