"""Two processes a role on the real engines, under load: each is killed, stopped for a while, told to end, and comes back by itself."""
import signal
import time

import pytest
from kit.house import ROLES, House
from kit.waiting import eventually
from roles_run import Noticed, loaded

pytestmark = pytest.mark.many
GOES_ON_WITHIN = 10  # seconds, with the other process of the role


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("roles"), {"SOCKET_PING_INTERVAL": 1}, copies=2)
    try:
        yield made.start()
    finally:
        made.kill()
        made.remove()


def kill(house, name):
    house.by_name[name].kill()
    house.by_name[name].wait()


def back(house, name):
    """The process started again, and what it takes until it says that it is ready."""
    house.launch_one(name)
    began = time.monotonic()
    eventually(lambda: house.ready(name), within=30)
    return time.monotonic() - began


@pytest.mark.parametrize("role", ROLES)
def test_one_of_two_is_killed_then_stopped_and_goes_on(house, role, stop_seconds):
    with loaded(house) as run:
        check_killed(house, run, role)
        check_stopped(house, run, role, stop_seconds)


def check_killed(house, run, role):
    died = time.monotonic()
    kill(house, role)
    run.serves(time.monotonic())  # by what is sent when it is gone
    noticed = Noticed(run, died)
    ready = back(house, role)
    served = run.serves(time.monotonic())
    print(f"kill -9 {role}: {noticed}; ready {ready:.1f} s after its start, everybody served {served:.1f} s later")
    assert noticed.longest_send < GOES_ON_WITHIN
    assert noticed.back < GOES_ON_WITHIN
    if role in ("node", "gateway"):
        assert noticed.moved > 0, "nobody was on it"


def check_stopped(house, run, role, seconds):
    process = house.by_name[role]
    stopped = time.monotonic()
    process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGCONT)
    served = run.serves(time.monotonic())
    noticed = Noticed(run, stopped)
    print(f"SIGSTOP {role} {seconds:.0f} s: {noticed}; everybody served {served:.1f} s after SIGCONT")
    assert process.poll() is None, "it goes on by itself"
    assert noticed.answered > 0


def test_a_dispatcher_told_to_end_hands_over(house):
    with loaded(house) as run:
        told = time.monotonic()
        assert house.stop_one("dispatch") == 0
        ended = time.monotonic() - told
        run.serves(time.monotonic())
        noticed = Noticed(run, told)
        back(house, "dispatch")
        run.serves(time.monotonic())
        print(f"SIGTERM dispatch: ended after {ended:.1f} s; {noticed}")


def test_a_rolling_restart_of_everything(house):
    with loaded(house) as run:
        began = time.monotonic()
        for name in house.names:
            assert house.stop_one(name) == 0
            back(house, name)
            run.serves(time.monotonic())
        print(f"rolling restart of {len(house.names)}, {time.monotonic() - began:.0f} s: {Noticed(run, began)}")
