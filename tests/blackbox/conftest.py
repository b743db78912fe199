"""Fixtures: the server under test, the people on it, and short-lived servers with settings of their own."""
import os
import sys

import pytest

sys.dont_write_bytecode = True

from kit.house import leave_the_other_house, new_server  # noqa: E402
from kit.recorder import RECORDER  # noqa: E402
from kit.server import ExternalServer, binary  # noqa: E402
from kit.world import World  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
LAST = "test_zz_contract.py"
SEEN = os.environ.get("TEST_SEEN")  # a directory for what several runs see, each of a part of the suite


def external_url():
    return os.environ.get("GODWIT_URL")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The server that most tests share: started here, or the one at GODWIT_URL."""
    if external_url():
        yield ExternalServer(external_url(), os.environ.get("GODWIT_ADMIN_URL"))
        return
    started = new_server(tmp_path_factory.mktemp("shared")).start()
    yield started
    alive = started.running
    code = started.stop()
    started.remove()
    assert alive, f"the server died under the tests with {code}:\n{started.log_tail()}"
    assert code == 0, f"the server ended with {code} after SIGTERM:\n{started.log_tail()}"


@pytest.fixture
def world(server):
    world = World(server)
    yield world
    world.close()


@pytest.fixture(scope="session")
def admin_url(server):
    if server.admin_url is None:
        pytest.skip("needs the admin listener; set GODWIT_ADMIN_URL")
    return server.admin_url


@pytest.fixture(scope="session")
def command_line(admin_url):
    """For tests that run `godwit admin` against the server."""
    if not os.path.exists(binary()):
        pytest.skip(f"needs the binary for `godwit admin`; set GODWIT_BIN (now {binary()})")
    return admin_url


@pytest.fixture(scope="module")
def module_server(request, tmp_path_factory):
    """One server for the tests of a module, with the module's SETTINGS (and ARGUMENTS, if it has any)."""
    if external_url():
        pytest.skip("GODWIT_URL is set, and this needs a server with settings of its own")
    name = request.module.__name__
    started = new_server(tmp_path_factory.mktemp(name), request.module.SETTINGS,
                         getattr(request.module, "ARGUMENTS", ())).start()
    yield started
    code = started.stop()
    started.remove()
    assert code == 0, f"the server of {name} ended with {code}:\n{started.log_tail()}"


@pytest.fixture
def own_world(module_server):
    world = World(module_server)
    yield world
    world.close()


@pytest.fixture
def start_server(tmp_path):
    """Starts a server for one test: start_server(SETTING=value, arguments=[…])."""
    if external_url():
        pytest.skip("GODWIT_URL is set, and this needs a server of its own")
    started = []

    def start(arguments=(), **settings):
        directory = tmp_path / f"server{len(started)}"
        directory.mkdir()
        one = new_server(directory, settings, arguments)
        started.append(one)
        return one.start()

    yield start
    for one in started:
        one.kill()
        one.remove()


def pytest_collection_modifyitems(config, items):
    """The contract's own test runs last, and knows whether the whole suite ran before it: here, or in other runs that left what they saw."""
    items.sort(key=lambda item: item.path.name == LAST)
    files = {name for name in os.listdir(HERE) if name.startswith("test_") and name.endswith(".py")}
    partial = config.option.keyword or config.option.markexpr or any("::" in arg for arg in config.args)
    config.ran_whole = set() if partial else {item.path.name for item in items}
    elsewhere = [RECORDER.add(os.path.join(SEEN, name)) for name in os.listdir(SEEN)] if SEEN else []
    config.whole_suite = files <= config.ran_whole.union(*elsewhere) and not external_url()
    leave_the_other_house(config, items)


def pytest_sessionfinish(session, exitstatus):
    if SEEN and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):  # not where it was broken off
        RECORDER.save(os.path.join(SEEN, f"{os.getpid()}.json"), session.config.ran_whole)


@pytest.fixture(scope="session")
def whole_suite(pytestconfig):
    return pytestconfig.whole_suite
