"""Waiting for things with a deadline, never for a fixed while."""
import time


def eventually(check, within=5.0, every=0.02):
    """Calls check() until it returns something true, and returns that; fails with the last value otherwise."""
    deadline = time.monotonic() + within
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < deadline, f"not true within {within} s, the last value was {value!r}"
        time.sleep(every)


def wait_past(server_time_ms, seconds):
    """Returns once the clock is `seconds` past a time that the server gave; for rules that are about time itself."""
    due = server_time_ms / 1000 + seconds
    while time.time() < due:
        time.sleep(min(0.05, max(0.0, due - time.time())))
