"""No attack of the corpus reaches its goal, and the honest neighbour keeps every row and every file of her grade.

Each file below `corpus/COURSE` says what its attacks are after and how success would be seen. One that fails here names
itself; `python tests/attacks/run.py --course COURSE --only ID` tries it again alone.
"""

from pathlib import Path

import pytest
from harness.attack import read_attacks

CORPUS = Path(__file__).with_name("corpus")
CASES = [(folder.name, attack) for folder in sorted(CORPUS.iterdir()) for attack in read_attacks([folder])]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("course", "attack"), CASES, ids=[f"{course}-{attack.id}" for course, attack in CASES])
def test_an_attack_does_no_harm(court, course, attack):
    assert not court.verdict(course, attack).harm, attack.goal
