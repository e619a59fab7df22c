from odoo.addons.l10n_fr_debt_collection.tools.duplicate_clusters import split_group
from odoo.addons.l10n_fr_debt_collection.tools.duplicates import DuplicateGroup


def refuse(*pairs):
    return {frozenset(pair) for pair in pairs}


class TestSplitGroup:
    group = DuplicateGroup(
        (1, 2, 3, 4),
        90,
        ((1, 2, "siren", ""), (1, 3, "email", ""), (2, 4, "phone", "")),
    )

    def test_nothing_refused_leaves_the_group(self):
        assert split_group(self.group, refuse((5, 6))) == [self.group]

    def test_refused_pair_is_never_together(self):
        parts = split_group(self.group, refuse((1, 2)))
        assert [part.ids for part in parts] == [(1, 3), (2, 4)]
        assert parts[0].reasons == ((1, 3, "email", ""),)

    def test_refused_pair_without_a_reason_of_its_own(self):
        [part] = split_group(self.group, refuse((3, 4)))
        assert part.ids == (1, 2, 3)

    def test_pair_refused_leaves_nothing(self):
        pair = DuplicateGroup((1, 2), 100, ((1, 2, "siren", ""),))
        assert split_group(pair, refuse((2, 1))) == []
