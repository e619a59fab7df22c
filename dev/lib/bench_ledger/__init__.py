"""A large ledger in a database: documents cloned from those that the ORM makes.

``plan`` draws who owes what and how it is settled, ``prototypes`` has Odoo make one
document of each kind, and the other modules clone its rows by a few statements. Left
out of this ledger: foreign currencies, bank statements, tags of taxes, chatter.
"""
