"""Mutants of a query: the mistakes that people make in it, made one at a time."""

from autograder.sql.mutants.generate import MOST_MUTANTS, Mutant, mutants

__all__ = ["MOST_MUTANTS", "Mutant", "mutants"]
