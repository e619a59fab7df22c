import logging

from odoo import models

_logger = logging.getLogger(__name__)


class CollectionStateful(models.AbstractModel):
    """Records that live through states: which may follow which, and one door for all.

    A model gives ``_state_moves``, ``{state: {states that may follow}}``, and its field
    ``state``; nothing but :meth:`_update_state` writes that field.
    """

    _name = "collection.stateful"
    _description = "Collection record with states"

    _state_moves = {}

    def _may_move(self, target):
        """Return whether this record may go to the state ``target``. Hook."""
        self.ensure_one()
        return target in self._state_moves[self.state]

    def _update_state(self, target, **values):
        """Move these records to ``target``; the one way their state changes.

        Those that may not go there stay as they are. ``values`` are written with the
        state.

        :return: the records that moved
        """
        moving = self.filtered(lambda one: one._may_move(target))
        refused = self.filtered(lambda one: one.state != target) - moving
        if refused:
            refused._refuse_move(target)
        if moving:
            moving.write({"state": target, **values})
        return moving

    def _refuse_move(self, target):
        """Say that these records may not go to ``target``. Hook."""
        for state, records in self.grouped("state").items():
            _logger.warning("%s: no way from %s to %s", records, state, target)
