"""The fault tests use the black-box suite's kit. TEST_HOUSE=many takes those marked `many` and leaves those marked `embedded`."""
import os
import signal
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "blackbox"))

from kit.house import leave_the_other_house  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--stop-seconds", type=float, default=12.0, help="how long a process is stopped, and a link is cut (12)")


@pytest.fixture
def stop_seconds(pytestconfig):
    return pytestconfig.getoption("--stop-seconds")


def pytest_configure(config):
    config.addinivalue_line("markers", "embedded: about the files, or the memory, of one process")
    config.addinivalue_line("markers", "many: processes of many roles on the real engines")
    # A part that takes too long is ended by SIGTERM: fixtures take down what they have put up even then, and what failed is told.
    signal.signal(signal.SIGTERM, lambda number, frame: pytest.exit("ended by SIGTERM", pytest.ExitCode.INTERRUPTED))


def pytest_collection_modifyitems(config, items):
    leave_the_other_house(config, items)
