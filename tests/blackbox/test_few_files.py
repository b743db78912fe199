"""A process that may open few files (`ulimit -n 256`): it says so at the start, takes fewer connections, and stays under control."""
import json
import time

import requests

from kit.raw_http import RawConnection
from kit.server import Server
from kit.waiting import eventually
from kit.world import World

GET = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
BEGUN = "POST /v1/users HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"


def answers(url):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=3).status_code


def is_closed(connection):
    connection.socket.setblocking(False)
    try:
        while connection.socket.recv(4096):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def start(tmp_path, files):
    server = Server(tmp_path, {"LIMITS_ENABLED": "true"})
    server.open_files = files
    return server.start()


def test_it_says_so_and_both_ports_answer_under_a_storm_of_connections(tmp_path):
    server = start(tmp_path, 256)
    try:
        log = server.log_text()
        warning = next(json.loads(line) for line in log.splitlines() if '"open_files_low"' in line)
        assert warning["limit"] == 256 and warning["http_connections"] + warning["socket_connections"] < 256, warning
        assert warning["wanted_http_connections"] == 15000 and warning["level"] == "warn"
        connections = [RawConnection(server.url) for _ in range(320)]
        for connection in connections[:50]:
            connection.send(GET)  # some had an answer, most say nothing at all
        # While connections pour in, one that has said nothing yet makes room for them: so first until all of them are in.
        assert eventually(lambda: sum(map(is_closed, connections)) >= len(connections) - warning["http_connections"])
        assert answers(server.url + "/healthz") == 200
        assert answers(server.admin_url + "/readyz") == 200
        World(server).person("alice")
        for connection in connections:
            connection.close()
        assert '"accept_failed"' not in server.log_text()
    finally:
        assert server.stop() == 0, server.log_tail()


def test_connections_that_are_busy_are_not_closed_for_others_and_the_admin_port_still_answers(tmp_path):
    server = start(tmp_path, 256)
    try:
        begun = []
        for _ in range(150):
            connection = RawConnection(server.url)
            connection.send(BEGUN)
            begun.append(connection)
        time.sleep(0.3)
        assert answers(server.admin_url + "/readyz") == 200
        assert answers(server.admin_url + "/metrics") == 200
        for connection in begun:
            connection.close()
        assert eventually(lambda: answers(server.url + "/healthz") == 200)
    finally:
        assert server.stop() == 0, server.log_tail()


def test_so_few_that_nothing_fits_is_an_error_with_the_number(tmp_path):
    server = Server(tmp_path)
    server.open_files = 64
    server.launch()
    assert server.process.wait(10) == 1
    assert "the limit of open files is 64" in server.log_text()
