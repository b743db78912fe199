"""Ten rounds of kill -9 under load, with the audit of kill_rounds.py."""
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.mark.skipif("GODWIT_URL" in os.environ, reason="GODWIT_URL is set, and only a server of its own can be killed")
def test_ten_kills_lose_repeat_and_disorder_nothing():
    done = subprocess.run([sys.executable, os.path.join(HERE, "kill_rounds.py"), "--rounds", "10"], capture_output=True,
                          text=True, timeout=400, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert done.stdout.strip().splitlines()[-1] == "lost 0 twice 0 out_of_order 0", output
