"""A few seconds of each flood: everybody else is answered, the server stays, and memory has its bound."""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import floods  # noqa: E402
from flooders import FLOODS  # noqa: E402

OPTIONS = ["--seconds", "3", "--quiet", "2", "--after", "0", "--conversations", "20"]
MOST_MB = {"acks": 64, "pings": 64, "typing": 64}


@pytest.mark.embedded
@pytest.mark.skipif("GODWIT_URL" in os.environ, reason="GODWIT_URL is set, and only a server of its own can be flooded")
@pytest.mark.parametrize("name", [flood.__name__ for flood in FLOODS])
def test_a_flood_costs_others_no_answer(name):
    outcome, = floods.run(floods.arguments([*OPTIONS, "--only", name]))
    print(outcome.line())
    assert outcome.alive
    assert outcome.done > 0, "the flood did nothing"
    assert outcome.refused == 0 and outcome.failed == 0, [note for note in outcome.flooded if note[2] not in (200, 201)]
    before, most, _ = outcome.memory
    assert most - before <= MOST_MB.get(name, 1000), outcome.line()
