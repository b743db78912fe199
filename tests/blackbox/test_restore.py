"""What a device is told after the server was put back to an older copy: GET /v1/offline's `epoch`."""
import os
import shutil
import subprocess

import pytest

from kit.server import binary, run_admin


SETTINGS = {}


def put_back(server, copy):
    server.stop()
    shutil.rmtree(server.data)
    subprocess.run([binary(), "admin", "restore", "--from", copy, "--data", str(server.data)], check=True, capture_output=True)
    server.start()


@pytest.mark.embedded
def test_whoever_knows_of_what_is_gone_is_told_so(own_world, tmp_path):
    alice, bob = own_world.friends("alice", "bob")
    alice.sent(bob, "kept")
    copy = str(tmp_path / "copy")
    run_admin(own_world.server.admin_url, "backup", "--out", copy)
    assert not os.path.exists(os.path.join(copy, "messages", "EPOCH"))
    lost = alice.sent(bob, "lost")
    first = bob.offline_answer()
    assert first["complete"] is True and bob.offline_answer(epoch=first["epoch"])["complete"] is True

    put_back(own_world.server, copy)
    answer = bob.offline_answer(epoch=first["epoch"])
    assert answer["complete"] is False and answer["epoch"] != first["epoch"]
    assert "lost" not in [frame["msg"] for frame in answer["items"]]
    assert bob.offline_answer()["complete"] is True  # who says nothing keeps nothing
    assert bob.offline_answer(epoch=answer["epoch"])["complete"] is True
    again = alice.sent(bob, "another")
    assert again["seq"] == lost["seq"] and again["id"] != lost["id"]

    own_world.server.stop()
    own_world.server.start()
    assert bob.offline_answer()["epoch"] == answer["epoch"]


def test_pages_of_one_pull_say_the_same(own_world):
    alice, bob = own_world.friends("alice", "bob")
    for i in range(3):
        alice.sent(bob, str(i))
    page = bob.offline_answer(limit=2, epoch="0123456789abcdef")
    assert page["complete"] is False
    last = bob.offline_answer(limit=200, cursor=page["next"], epoch=page["epoch"])
    assert last["complete"] is False and last["epoch"] == page["epoch"] and last["next"] is None
