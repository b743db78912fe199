"""Clients that generators make of docs/openapi.yaml, unmodified, against the server: log in, send, read history and inbox."""
import glob
import json
import os
import shutil

import pytest

from conftest import HERE, OPENAPI
from kit.world import befriend

TEXT = "from a program: 你好"
CLASSES = {101: "DirectMessage", 102: "GroupMessage", 200: "Notice", 203: "FriendRequest", 204: "JoinRequest",
           205: "FriendApproved", 206: "JoinApproved", 207: "RequestRejected", 208: "Recalled", 209: "GroupChanged",
           210: "FriendChanged"}
ROWS = {"person": "ConversationWithPerson", "group": "ConversationOfGroup", "notices": "ConversationOfNotices"}


def openapi_generator(tools, language, where, *more):
    jar, = glob.glob(os.path.join(tools.folder, "lib", "*", "site-packages", "openapi_generator_cli", "*.jar"))
    said = tools.run("java", "-jar", jar, "generate", "-i", OPENAPI, "-g", language, "-o", where, *more)
    assert " ERROR " not in said, said


@pytest.fixture(scope="module")
def openapi_generator_python(tools, tmp_path_factory):
    folder = tmp_path_factory.mktemp("python")
    openapi_generator(tools, "python", folder)
    return [tools.python, os.path.join(HERE, "clients", "with_openapi_generator.py")], folder


@pytest.fixture(scope="module")
def openapi_python_client(tools, tmp_path_factory):
    folder = tmp_path_factory.mktemp("python")
    said = tools.run("openapi-python-client", "generate", "--path", OPENAPI, "--meta", "none", "--output-path",
                     folder / "stranger")
    assert "WARNING" not in said and "Unable" not in said, said
    return [tools.python, os.path.join(HERE, "clients", "with_openapi_python_client.py")], folder


@pytest.fixture(scope="module")
def openapi_generator_go(tools, tmp_path_factory):
    folder = tmp_path_factory.mktemp("go")
    openapi_generator(tools, "go", folder, "--git-host", "example.com", "--git-user-id", "us", "--git-repo-id", "client")
    (folder / "program").mkdir()
    shutil.copy(os.path.join(HERE, "clients", "go", "main.go"), folder / "program")
    tools.run("go", "build", "-mod=mod", "./...", where=folder)
    tools.run("go", "vet", "-mod=mod", ".", "./program", where=folder)
    tools.run("go", "build", "-mod=mod", "-o", "run", "./program", where=folder)
    return [folder / "run"], folder


@pytest.fixture(params=["openapi_generator_python", "openapi_python_client", "openapi_generator_go"])
def program(request, tools):
    """Runs the program with the generated client and gives what it printed."""
    command, folder = request.getfixturevalue(request.param)
    return lambda *words: json.loads(tools.run(*command, *words, PYTHONPATH=str(folder)))


def with_frames_of_each_kind(world):
    """Somebody whose inbox holds a frame of each kind, and a friend of theirs."""
    me = world.person("me", device_id="generated")
    friend, other, newcomer = world.people("friend", "other", "newcomer")
    befriend(me, friend)                                                                        # 205
    other.answer(me.ask(other), "reject").ok()                                                  # 207
    other.ask(me)                                                                               # 203
    group = friend.new_group(me)                                                                # 209, created
    asked = newcomer.post(f"/v1/groups/{group}/requests", {}).ok(201)
    friend.answer(asked, kind="group").ok()                                                     # 206
    newcomer.post(f"/v1/groups/{me.new_group(friend)}/requests", {"note": "hello"}).ok(201)     # 204
    message = friend.sent(me, "one")                                                            # 101
    friend.sent(me, "an answer", replyTo=message["id"])
    friend.sent(group, "two")                                                                   # 102
    friend.recall(message).ok()                                                                 # 208
    friend.patch("/v1/me", {"name": "Another name"}).ok()                                       # 210
    friend.change_member(group, me, role="admin").ok()
    friend.change_member(group, me, mutedUntil=4_102_444_800_000).ok()
    friend.change_member(group, me, mutedUntil=None).ok()
    world.service().post("/v1/push", {"to": {"users": [me.key]}, "msg": "three", "title": "T"}).ok(202)     # 200
    return me, friend


def without_nulls(shape):
    """Some generators leave out what is null."""
    if isinstance(shape, dict):
        return {name: without_nulls(inner) for name, inner in shape.items() if inner is not None}
    return [without_nulls(inner) for inner in shape] if isinstance(shape, list) else shape


def assert_same(union, expected, classes, told_by):
    """A list as the program read it: each item of the right class, and nothing of it lost or cut."""
    assert without_nulls([shape for _, shape in union]) == without_nulls(expected)
    titled = {name for name, _ in union if name.startswith("Field")}  # openapi-python-client names by titles
    assert [name for name, shape in union if name not in titled] == [
        classes[shape[told_by]] + ("Frame" if told_by == "type" else "") for name, shape in union if name not in titled]
    assert all(name.startswith(f"Field{shape[told_by]}") for name, shape in union if name in titled)


def test_a_generated_client_logs_in_sends_and_reads(world, program):
    me, friend = with_frames_of_each_kind(world)
    waiting = me.offline()
    assert {frame["type"] for frame in waiting} == set(CLASSES)

    seen = program(world.base, me.key, me.password, friend.key, TEXT)

    again = me.another("generated")
    assert seen["problem"] == "not_found"
    assert seen["expiresAt"] > 1 << 32
    newest = again.history("u:" + friend.key)
    assert (newest[-1]["msg"], newest[-1]["id"], newest[-1]["time"]) == (TEXT, seen["sent"]["id"], seen["sent"]["time"])
    assert_same(seen["history"], newest, CLASSES, "type")
    assert_same(seen["inbox"], waiting, CLASSES, "type")
    assert_same(seen["conversations"], again.items("/v1/conversations"), ROWS, "kind")
    assert [frame for frame in again.offline() if frame["id"] != seen["sent"]["id"]] == []
