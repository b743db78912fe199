"""What operators see: doctor, metrics, and the log on a terminal."""
import json
import os
import pty
import re
import select
import signal
import subprocess
import time

import requests

import pytest

from kit.api import Api
from kit.names import unique
from kit.server import binary, free_port
from kit.world import World


def test_doctor_is_well_beside_a_healthy_running_server(start_server):
    server = start_server()
    done = server.doctor()
    assert done.returncode == 0 and "ERROR" not in done.stdout, done.stdout
    assert server.stop() == 0
    done = server.doctor()
    assert done.returncode == 0 and "ERROR" not in done.stdout, done.stdout


@pytest.mark.embedded
def test_doctor_knows_whose_the_ports_are(start_server):
    server = start_server()
    elsewhere = server.doctor("--listen", f"127.0.0.1:{free_port()}")
    assert elsewhere.returncode == 1 and "no godwit answers" in elsewhere.stdout, elsewhere.stdout
    assert server.stop() == 0
    other = start_server()  # somebody else on a port that the settings name
    taken = server.doctor("--listen", f"127.0.0.1:{other.port}")
    assert taken.returncode == 1 and "Address already in use" in taken.stdout, taken.stdout


def samples(admin_url):
    """Values by series, of one process; and the type of each family."""
    text = Api(admin_url).get("/metrics").text
    values = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[:1] != "#"}
    types = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE"))
    return values, types


def refusals(server, status, code):
    """Of all processes together, as a monitor adds them up."""
    series = f'godwit_http_problems_total{{status="{status}",code="{code}"}}'
    return sum(samples(process.admin_url)[0].get(series, 0) for process in server.processes())


def test_refusals_are_counted_by_code(start_server):
    server = start_server(LIMITS_ENABLED="true", LIMITS_REQUESTS_PER_USER=1, LIMITS_SENDS_PER_USER=1)
    world = World(server)
    alice = world.person("alice")
    before = {code: refusals(server, *code) for code in ((401, "unauthenticated"), (401, "bad_credentials"), (403, "forbidden"))}
    world.stranger.with_token("nonsense").get("/v1/me").refused(401, "unauthenticated")
    alice.account.try_to_log_in(password="wrong password").refused(401, "bad_credentials")
    alice.get("/v1/admin/overview").refused(403, "forbidden")
    for code, count in before.items():
        assert refusals(server, *code) == count + 1, code
    assert refusals(server, 429, "rate_limited") == 0
    limited = [alice.get("/v1/me").status for _ in range(20)].count(429)
    assert limited > 0 and refusals(server, 429, "rate_limited") == limited


def test_what_monitors_ask_of_every_process(start_server):
    for process in start_server().processes():
        values, types = samples(process.admin_url)
        assert types["process_cpu_seconds_total"] == "counter" and types["process_resident_memory_bytes"] == "gauge"
        assert values["process_cpu_seconds_total"] > 0
        with open(f"/proc/{process.pid}/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
        assert 0.5 < values["process_resident_memory_bytes"] / resident < 2, process.name
        files = len(os.listdir(f"/proc/{process.pid}/fd"))
        assert abs(values["process_open_fds"] - files) <= 3, process.name
        assert values["process_max_fds"] >= values["process_open_fds"]
        assert abs(values["process_start_time_seconds"] - time.time()) < 60
        room = os.statvfs(process.data)
        assert 0.5 < values["godwit_disk_free_bytes"] / (room.f_bavail * room.f_frsize) < 2
        version = subprocess.run([binary(), "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
        assert values[f'godwit_build_info{{version="{version}"}}'] == 1


class Terminal:
    """`godwit serve` with standard error on a terminal."""

    def __init__(self, directory, **environment):
        self.master, slave = pty.openpty()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GODWIT_") and name != "NO_COLOR"}
        self.port = free_port()
        self.process = subprocess.Popen(
            [binary(), "serve", "--data", str(directory / unique("data")), "--listen", f"127.0.0.1:{self.port}", "--admin",
             f"127.0.0.1:{free_port()}"], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
            env={**clean, "TERM": "xterm", **environment})
        os.close(slave)
        self.text = ""

    def until(self, mark, within=15):
        deadline = time.monotonic() + within
        while mark not in self.text:
            assert time.monotonic() < deadline, f"no {mark!r} in {self.text!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.text += os.read(self.master, 65536).decode("utf-8", "replace")
        return self.text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(15)
        os.close(self.master)


LINE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info  ready listen=\"127\.0\.0\.1\" port=\d+"


def test_on_a_terminal_people_can_read_the_log_and_see_where_to_go(tmp_path):
    with Terminal(tmp_path) as terminal:
        text = terminal.until("Ctrl+C ends it.")
        assert f"godwit is at http://127.0.0.1:{terminal.port}" in text
        assert re.search(LINE, re.sub(r"\x1b\[\d+m", "", text)), text
        assert "\x1b[32minfo" in text and '{"time"' not in text
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(f"http://127.0.0.1:{terminal.port}/healthz", timeout=5).status_code == 200


def test_no_color_and_a_dumb_terminal_are_respected(tmp_path):
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with Terminal(tmp_path, **environment) as terminal:
            text = terminal.until("Ctrl+C ends it.")
            assert re.search(LINE, text) and "\x1b" not in text, (environment, text)


def test_elsewhere_the_log_is_json_and_nothing_else(start_server):
    server = start_server()
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log_text().splitlines()]
    assert {"ready", "stopped"} <= {line["event"] for line in lines} and all(line["time"] > 10**12 for line in lines)
