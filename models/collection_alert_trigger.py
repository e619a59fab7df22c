from odoo import api, models

TRIGGER_PREFIX = "collection.alert.trigger."


class CollectionAlertTrigger(models.AbstractModel):
    """What an alert rule looks for. A trigger is a model named after it.

    A trigger of a state is true or not of a case at any time: the rule speaks when it
    becomes true. A trigger of an event has happened on a day: the rule speaks of what
    has happened since it looked last.
    """

    _name = "collection.alert.trigger"
    _description = "Trigger of alerts"

    # Whether what is found can stop being true.
    _is_state = False
    # Whether it is about the company instead of about cases.
    _of_company = False

    # === REGISTRY === #

    @api.model
    def _get(self, name):
        """Return the model of trigger ``name``."""
        return self.env[TRIGGER_PREFIX + name]

    @api.model
    def _get_selection(self):
        names = sorted(
            name.removeprefix(TRIGGER_PREFIX)
            for name in self.env.registry
            if name.startswith(TRIGGER_PREFIX)
        )
        labels = [(name, self._get(name)._get_label()) for name in names]
        return sorted(labels, key=lambda label: label[1])

    # === TO BE EXTENDED === #

    @api.model
    def _get_label(self):
        """Return the name of the trigger on screen."""
        raise NotImplementedError

    @api.model
    def _find(self, rule, company, cases_domain):
        """Return ``{case id: what was seen}``; of the company ``{False: words}``.

        :param rule: the ``collection.alert.rule``, with its thresholds; events count
            from ``rule.looked_at`` on
        :param Domain cases_domain: the cases the rule is about, of ``company``
        """
        raise NotImplementedError

    # === HELPERS === #

    @api.model
    def _get_cases(self, rule, company, domain):
        """Return the cases of ``domain`` as segments read them, whoever looks."""
        return self.env["collection.case"]._for_segments(company).search(domain)
