"""Odoo's server, as a script: a server with workers calls it again for the bus."""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
