from lxml import etree

from odoo import models


class IrQweb(models.AbstractModel):
    """Templates of messages compiled once per batch instead of once per message.

    Core renders the body of a ``mail.template`` record by record and compiles it each
    time, which takes longer than the rendering. Whoever renders many passes a
    dictionary as ``collection_compiled`` in the context: it keeps what was compiled.
    """

    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        compiled = self.env.context.get("collection_compiled")
        if compiled is None or not isinstance(template, etree._Element):
            return super()._generate_code_uncached(template)
        key = (
            etree.tostring(template),
            *(self.env.context.get(name) for name in self._get_template_cache_keys()),
            self.env.context.get("raise_on_forbidden_code_for_model"),
        )
        if key not in compiled:
            compiled[key] = super()._generate_code_uncached(template)
        return compiled[key]
