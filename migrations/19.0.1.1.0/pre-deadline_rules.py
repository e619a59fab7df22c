def migrate(cr, version):
    """Kinds of deadline may have the same code from another day on."""
    cr.execute(
        """ALTER TABLE collection_deadline_rule
            DROP CONSTRAINT IF EXISTS collection_deadline_rule_code_uniq"""
    )
