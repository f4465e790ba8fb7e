"""Judges a query by generated databases: a wrong one is refused because we found data on which it is wrong."""
