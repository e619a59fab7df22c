"""Take the module off a ledger, so that another one can be measured on it alone."""


def main(env, module):
    """Uninstall it."""
    env["ir.module.module"].search([("name", "=", module)]).button_immediate_uninstall()
