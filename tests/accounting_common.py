import json

from odoo import models
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.common import BaseCommon

PREPARED_COMPANIES = "l10n_fr_debt_collection.prepared_companies"
KEPT_SET_UP = "l10n_fr_debt_collection.kept_set_up"


class AccountingCommon(AccountTestInvoicingCommon):
    """A French company with its accounting, taken ready-made where there is one.

    Odoo's set-up makes users, taxes, products and partners anew for each class, which
    takes seconds. :meth:`keep_set_up` leaves those of one class in the database, for
    all classes to begin with.
    """

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref(
            "l10n_fr_debt_collection.group_collection_admin"
        )

    @classmethod
    def default_env_context(cls):
        # Mails are part of what is tested here.
        return {}

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        cls._prepared_ids = None
        kept = cls._read_kept_set_up()
        if not kept:
            super().setUpClass()
            return
        # What these classes make is there already.
        super(BaseCommon, cls).setUpClass()
        cls.maxDiff = None
        user = cls.env["res.users"].browse(kept.pop("user"))
        cls.env = cls.env(user=user, context=cls.default_env_context())
        for name, value in kept.items():
            setattr(cls, name, cls._unpack_kept(value))

    # === PREPARED COMPANIES === #

    @classmethod
    def _create_company(cls, **values):
        """Return a company of the class's own; a prepared one where there is one."""
        company = cls._take_prepared_company(values)
        if not company:
            return super()._create_company(**values)
        company.write(values)
        cls.env.user.company_ids += company
        return company

    @classmethod
    def _take_prepared_company(cls, values):
        """Return the next company with a French chart, if any is left and fits."""
        if cls._prepared_ids is None:
            parameters = cls.env["ir.config_parameter"].sudo()
            prepared = parameters.get_param(PREPARED_COMPANIES, "[]")
            cls._prepared_ids = json.loads(prepared)
        fits = values.keys() <= {"name"} and cls._prepared_ids
        return fits and cls.env["res.company"].browse(cls._prepared_ids.pop(0))

    # === KEPT SET-UP === #

    @classmethod
    def keep_set_up(cls):
        """Make the accounting of a class once, and leave it in the database."""
        outside = set(dir(cls))
        try:
            cls.setUpClass()
            kept = {
                name: cls._pack_kept(value)
                for name, value in vars(cls).items()
                if name not in outside and cls._can_be_kept(value)
            }
            kept |= {"user": cls.env.uid, "_prepared_ids": cls._prepared_ids}
            parameters = cls.env["ir.config_parameter"].sudo()
            parameters.set_param(KEPT_SET_UP, json.dumps(kept))
            cls.env.flush_all()
            cls.commit_patcher.stop()
            cls.cr.commit()
            cls.commit_patcher.start()
        finally:
            cls.doClassCleanups()

    @staticmethod
    def _read_kept_set_up():
        with Registry(get_db_name()).cursor() as cr:
            cr.execute(
                "SELECT value FROM ir_config_parameter WHERE key = %s", [KEPT_SET_UP]
            )
            return json.loads(cr.fetchone()[0]) if cr.rowcount else None

    @staticmethod
    def _can_be_kept(value):
        return isinstance(value, (models.BaseModel, dict, list, str, int, float))

    @classmethod
    def _pack_kept(cls, value):
        """Return ``value`` for JSON; a record as its model and ids."""
        if isinstance(value, models.BaseModel):
            return {"records of": value._name, "ids": value.ids}
        if isinstance(value, dict):
            return {name: cls._pack_kept(part) for name, part in value.items()}
        return value

    @classmethod
    def _unpack_kept(cls, value):
        if not isinstance(value, dict):
            return value
        if "records of" in value:
            return cls.env[value["records of"]].browse(value["ids"])
        return {name: cls._unpack_kept(part) for name, part in value.items()}
