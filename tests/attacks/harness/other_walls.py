"""Run ``engineroom`` with other walls than the machine's best: ``other_walls.py TIER grade ...``.

TIER is a tier's letter, or ``none``, which shows what an attack would do if there were no walls.
"""

import sys

from autograder.cli import main
from autograder.grading import pairs, supply
from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.warm_pairs import warm_pairs
from autograder.sandbox.walls import Tier

tier = Tier(sys.argv.pop(1))


def other_pairs(assignment: Assignment, limits: Limits, _best: Tier | None, *, rehearse: bool = True) -> pairs.Pairs:
    """What `supply` asks for, with the walls that were named."""
    if tier is Tier.NONE:
        return pairs.PlainPairs(limits)
    return warm_pairs(assignment, limits, tier, rehearse=rehearse)


supply.warm_pairs = other_pairs
main()
