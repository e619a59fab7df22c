"""Verify the debtors of the demo, watch the announcements, and say what came of it."""

KINDS = ("verify", "match", "watch")


def main(env, login):
    """Do it for each company that has debtors, as that user."""
    user = env["res.users"].search([("login", "=", login)])
    env = env(user=user, context=user.context_get() | {"lang": "en_US"})
    for company in env["collection.case"].sudo().search([]).company_id:
        for kind in KINDS:
            job = env["collection.data.job"].with_company(company)._start(kind, company)
            job._execute()
            env.cr.commit()
            _report(job)
    for sentence in env["collection.registry.service"]._get_banner():
        print(f"! {sentence}")


def _report(job):
    print(f"\n{job.name} ({job.state}): {job.processed} of {job.total}")
    for line in filter(None, (job.note, job.result_note)):
        print("  " + line.replace("\n", "\n  "))
