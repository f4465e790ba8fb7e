"""No attack of the corpus reaches its goal, and the honest neighbour keeps every row and every file of her grade.

Each file below `corpus/COURSE` says what its attacks are after and how success would be seen. One that fails here names
itself; `python tests/attacks/run.py --course COURSE --only ID` tries it again alone.
"""

from pathlib import Path

import pytest
from harness.attack import read_attacks

CORPUS = Path(__file__).with_name("corpus")


def case(course, attack):
    """One attack as a test; a limit that is known is reported and fails nothing."""
    marks = [pytest.mark.xfail(reason=attack.known, strict=False)] if attack.known else []
    return pytest.param(course, attack, id=f"{course}-{attack.id}", marks=marks)


CASES = [case(folder.name, attack) for folder in sorted(CORPUS.iterdir()) for attack in read_attacks([folder])]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("course", "attack"), CASES)
def test_an_attack_does_no_harm(court, course, attack):
    assert not court.verdict(course, attack).harm, attack.goal
