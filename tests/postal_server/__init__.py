"""A postal provider on this machine: it answers as Maileva's API does.

It keeps what it is told: drafts, documents, recipients, what was submitted and how
often. Tests say what the post does with a letter, and which calls go wrong.
"""

from .server import PostalServer

__all__ = ["PostalServer"]
