"""The fault tests use the black-box suite's kit. Those marked `many` are about a house of many processes: TEST_HOUSE=many takes them."""
import os
import signal
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "blackbox"))


def pytest_addoption(parser):
    parser.addoption("--stop-seconds", type=float, default=12.0, help="how long a process is stopped, and a link is cut (12)")


@pytest.fixture
def stop_seconds(pytestconfig):
    return pytestconfig.getoption("--stop-seconds")


def pytest_configure(config):
    config.addinivalue_line("markers", "many: processes of many roles on the real engines; only with TEST_HOUSE=many")
    # A part that takes too long is ended by SIGTERM: fixtures take down what they have put up even then.
    signal.signal(signal.SIGTERM, lambda number, frame: pytest.exit("ended by SIGTERM", 143))


def pytest_collection_modifyitems(config, items):
    if os.environ.get("TEST_HOUSE", "one") == "many":
        return
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("many")])
    items[:] = [item for item in items if not item.get_closest_marker("many")]
