"""Send the mail that waits."""


def main(env):
    """Do once what the scheduled job does."""
    env["mail.mail"].process_email_queue()
    env.cr.commit()
