"""Compute the payment observatory of all companies."""


def main(env):
    """Do what the nightly job does, in one transaction."""
    for company in env["res.company"].search([]):
        env["collection.observatory"]._refresh(company)
    env.cr.commit()
