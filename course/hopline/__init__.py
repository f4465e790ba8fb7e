"""Hopline: the ride-sharing company of this course, as ten tables full of believable trouble.

Example:
    >>> import hopline
    >>> db = hopline.load("tiny")
    >>> db.execute("SELECT count(*) FROM trips").fetchone()
    (25,)
    >>> db.close()
"""

from hopline.datasets import DATASETS, load
from hopline.errors import UnknownNameError
from hopline.quirks import QUIRKS
from hopline.schema import SCHEMA, TABLES
from hopline.witness import load_rows

__all__ = ["DATASETS", "QUIRKS", "SCHEMA", "TABLES", "UnknownNameError", "load", "load_rows"]
