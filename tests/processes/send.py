"""Shell script: what the scheduled job of the mail queue does."""

env["mail.mail"].process_email_queue()  # noqa: F821
env.cr.commit()  # noqa: F821
