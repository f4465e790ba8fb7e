"""Run ``engineroom`` with other limits than its own, and other walls: ``ours.py CALL CELL SUBMISSION TIER grade ...``.

TIER is a tier's letter, ``best``, or ``none``, which shows what an attack would do if there were no walls.
"""

import dataclasses
import functools
import sys

from autograder.cli import main
from autograder.grading import pairs, supply
from autograder.grading.limits import Limits
from autograder.sandbox.walls import Tier

given = dict(zip(("call", "cell", "submission"), map(float, sys.argv[1:4]), strict=True))
Limits.__init__.__defaults__ = tuple(given.get(one.name, one.default) for one in dataclasses.fields(Limits))
tier = sys.argv[4]
if tier == "none":
    supply.warm_pairs = lambda _assignment, limits, *_more, **_named: pairs.PlainPairs(limits)
elif tier != "best":
    supply.warm_pairs = functools.partial(pairs.warm_pairs, tier=Tier(tier))
sys.argv[1:5] = []
main()
