"""The server and its people are those of the black-box tests; the tools of others come from scripts/strangers.sh."""
import os
import subprocess
import sys

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "blackbox"))

from kit.server import Server  # noqa: E402
from kit.world import World  # noqa: E402

OPENAPI = os.path.join(HERE, "..", "..", "docs", "openapi.yaml")


class Tools:
    """The virtual environment with the tools. What is run has to end well."""

    def __init__(self, folder):
        self.folder, self.bin = folder, os.path.join(folder, "bin")
        self.python = os.path.join(self.bin, "python")

    def run(self, *command, where=None, **environment):
        path = self.bin + os.pathsep + os.environ["PATH"]
        done = subprocess.run([str(word) for word in command], cwd=where, env={**os.environ, "PATH": path, **environment},
                              text=True, timeout=600, capture_output=True, check=False)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture(scope="session")
def tools():
    folder = os.environ.get("STRANGERS_TOOLS")
    if not folder:
        pytest.skip("STRANGERS_TOOLS names no tools; ./test strangers fetches them")
    return Tools(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("server")).start()
    yield started
    code = started.stop()
    assert code == 0, f"the server ended with {code}:\n{started.log_tail()}"


@pytest.fixture
def world(server):
    world = World(server)
    yield world
    world.close()
