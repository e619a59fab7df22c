"""Keep what the demo sends on this machine."""

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens there

# Services of Odoo S.A. that modules of Odoo call
ENDPOINTS = (
    "iap.endpoint",
    "iap.partner_autocomplete.endpoint",
    "sms.endpoint",
    "snailmail.endpoint",
)
CALLING_HOME = "mail.ir_cron_module_update_notification"


def main(env, name, host, port, url):
    """Send mail to the sink, everything else nowhere; say where the server is."""
    _use_sink(env, name, {"smtp_host": host, "smtp_port": port})
    parameters = env["ir.config_parameter"]
    for name in ENDPOINTS:
        parameters.set_param(name, NOWHERE)
    parameters.set_param("web.base.url", url)
    # wkhtmltopdf fetches images and style sheets from here
    parameters.set_param("report.url", url)
    env.ref(CALLING_HOME).active = False
    env.cr.commit()


def _use_sink(env, name, address):
    """Make the sink the only server of outgoing mail."""
    servers = env["ir.mail_server"].with_context(active_test=False).search([])
    sink = servers.filtered(lambda server: server.name == name)
    values = {"name": name, "smtp_encryption": "none", "active": True}
    if sink:
        sink.write(values | address)
    else:
        sink = servers.create(values | address)
    (servers - sink).active = False
