"""Two processes a role, each in a network namespace of its own: the line between two of them swallows everything for a while, both ways
and without a word, then is whole again."""
import time

import pytest
from roles_run import Noticed, loaded
from streets import HouseApart

pytestmark = pytest.mark.many
LINES = {"dispatch": ["node", "dispatch-2", "user", "offline", "engines"], "gateway": ["dispatch", "node", "user", "archive"],
         "engines": ["offline", "node", "archive", "user"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = HouseApart(tmp_path_factory.mktemp("cuts"), {"SOCKET_PING_INTERVAL": 1})
    try:
        yield made.open()
    finally:
        made.close()


@pytest.mark.parametrize("one", LINES)
def test_lines_are_cut_and_healed(house, one, stop_seconds):
    """One after the other, under one load."""
    with loaded(house) as run:
        for other in LINES[one]:
            cut = time.monotonic()
            house.streets.cut(one, other)
            try:
                time.sleep(stop_seconds)
            finally:
                house.streets.heal()
            served = run.serves(time.monotonic())
            noticed = Noticed(run, cut)
            print(f"cut {one} from {other} for {stop_seconds:.0f} s: {noticed}; everybody served {served:.1f} s after it healed")
            assert noticed.answered > 0
            assert house.running, "every process goes on by itself"
