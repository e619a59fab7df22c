"""Load the module's demo data, and that of no other module."""

from odoo.tools.convert import convert_file


def main(env, module, files):
    """Load the files of the manifest's ``demo`` key, in their order."""
    for name in files:
        convert_file(env, module, name, idref={}, mode="init", noupdate=True)
    env["ir.module.module"].search([("name", "=", module)]).demo = True
    env.cr.commit()
