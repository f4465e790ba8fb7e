"""Runs attacks: submissions that try to do harm, graded beside an honest neighbour, in a guard of the test's own."""
