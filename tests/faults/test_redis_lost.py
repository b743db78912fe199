"""Redis emptied, killed and stopped under many processes: everyone goes on, each device from where it was, and nobody reads what they
may not. Needs the engines of deploy/engines/up, and starts a Redis of its own beside them."""
import time

import pytest

from kit.house import House, mysql
from kit.world import World
from own_redis import OwnRedis

pytestmark = pytest.mark.many

WRITTEN_BEHIND = 2.5  # seconds: positions are kept every second
ANSWERED_WITHIN = 12  # seconds, whatever is away: a time-out of every engine on the way, and a loaded machine


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    own = OwnRedis(tmp_path_factory.mktemp("redis"))
    yield own
    own.stop()


@pytest.fixture(scope="module")
def house(redis, tmp_path_factory):
    own = House(tmp_path_factory.mktemp("house"), {"REDIS_ADDRESSES": f"127.0.0.1:{redis.port}"}).start()
    yield own
    alive = own.running
    code = own.stop()
    own.remove()
    assert alive and code == 0, own.log_tail()


@pytest.fixture
def world(house):
    own = World(house)
    yield own
    own.close()


def grow_old(house, group):
    """The ledger has nothing left of what the group said, as after three days."""
    said = f"FROM {house.name}.ledger_log WHERE conversation = 'g:{group}'"
    assert int(mysql(f"SELECT COUNT(*) {said}")) > 0
    mysql(f"DELETE {said}")


def within(seconds, what):
    """Until it holds; the last error otherwise."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return what()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def answered(call):
    """The answer, which came in time and is no 500; a 503 says when to come again."""
    began = time.monotonic()
    answer = call()
    assert time.monotonic() - began < ANSWERED_WITHIN, f"{answer.method} {answer.path} took {time.monotonic() - began:.1f} s"
    assert answer.status < 500 or (answer.status == 503 and int(answer.headers["retry-after"]) >= 1), answer
    return answer


def chat(frames, conversation):
    return [frame["msg"] for frame in frames if frame["conversation"] == conversation and frame["type"] in (101, 102)]


class Scene:
    """Bob with two devices that are not equally far; a group that is old, which Dave has left."""

    def __init__(self, house, world):
        self.house, self.world = house, world
        self.group, self.alice, self.bob, self.carol, self.dave = world.group_of("alice", "bob", "carol", "dave")
        self.laptop = self.bob.another()
        self.direct, self.room = "u:" + self.alice.key, "g:" + self.group
        self.alice.sent(self.group, "before")
        self.dave.leave_group(self.group).ok(204)
        self.last_of_group = self.alice.sent(self.group, "after")["seq"]
        self.sent = [self.alice.sent(self.bob, f"direct {i}")["seq"] for i in range(6)]
        self.bob.acknowledge_all()
        self.laptop.acknowledge(self.direct, self.sent[2])
        self.bob.read_up_to(self.direct, self.sent[3]).ok()
        self.bob.read_up_to(self.room, self.last_of_group).ok()
        time.sleep(WRITTEN_BEHIND)
        grow_old(house, self.group)

    def check_devices(self):
        phone = self.bob.offline_answer(limit=1000)
        assert chat(phone["items"], self.direct) == []
        assert chat(phone["items"], self.room) == []
        assert phone["complete"] is True
        laptop = self.laptop.offline_answer(limit=1000)
        assert chat(laptop["items"], self.direct) == ["direct 3", "direct 4", "direct 5"]
        assert laptop["complete"] is False  # it had not come for what the group said
        row = self.bob.conversation(self.direct)
        assert (row["readSeq"], row["unread"]) == (self.sent[3], 2)
        assert self.bob.conversation(self.room)["readSeq"] == self.last_of_group

    def check_old_group(self):
        """It goes on: who is in it reads and is pushed, who left it is not."""
        listening, left = self.carol.connect(), self.dave.connect()
        sent = self.alice.sent(self.group, "again")
        assert sent["seq"] == self.last_of_group + 1
        self.last_of_group = sent["seq"]
        listening.expect(102, id=sent["id"])
        assert "again" in chat(self.carol.offline(), self.room)
        assert "again" not in chat(self.dave.offline(), self.room)
        assert not any(frame.get("id") == sent["id"] for frame in left.settle().passed)
        assert self.dave.texts(self.room) == ["before"]
        assert self.carol.texts(self.room)[-1] == "again"


def test_an_emptied_redis_is_filled_again_as_users_come(house, world, redis):
    scene = Scene(house, world)
    redis.empty()
    scene.check_devices()
    within(15, scene.check_old_group)
    tablet = scene.bob.another()
    assert chat(tablet.offline(), scene.direct) == []  # where the furthest got to
    scene.laptop.acknowledge(scene.direct, scene.sent[-1])
    assert chat(scene.laptop.offline(), scene.direct) == []
    assert scene.bob.get("/v1/me").status == 200  # nobody was logged out


def test_it_may_be_emptied_again_and_again_under_load(house, world, redis):
    alice, bob = world.friends("alice", "bob")
    direct, got = "u:" + alice.key, []
    for round_ in range(3):
        sent = []
        for i in range(30):
            sent.append(alice.sent(bob, f"{round_}/{i}")["seq"])
            if i % 10 == 5:
                redis.empty()
        assert sent == list(range(sent[0], sent[0] + 30))  # no number twice, none left out
        waiting = chat(bob.offline(), direct)
        assert waiting == [f"{round_}/{i}" for i in range(30)]
        got += waiting
        bob.acknowledge(direct, sent[-1])
        time.sleep(WRITTEN_BEHIND)
    assert len(got) == 90


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_without_redis_all_but_acknowledging_goes_on(house, world, redis, how):
    scene = Scene(house, world)
    standing = scene.carol.connect()
    away, back = {"killed": (redis.kill, redis.start), "stopped": (redis.pause, redis.go_on)}[how]
    away()
    try:
        sent = answered(lambda: scene.alice.send(scene.bob, "direct 6")).ok(201)
        assert answered(lambda: scene.alice.send(scene.group, "meanwhile")).ok(201)["seq"] == scene.last_of_group + 1
        standing.expect(102, ANSWERED_WITHIN, msg="meanwhile")
        laptop = answered(lambda: scene.laptop.get("/v1/offline", limit=1000)).ok()
        assert chat(laptop["items"], scene.direct) == ["direct 3", "direct 4", "direct 5", "direct 6"]
        assert chat(laptop["items"], scene.room) == ["meanwhile"]
        assert laptop["complete"] is False
        assert chat(answered(lambda: scene.dave.get("/v1/offline")).ok()["items"], scene.room) == []
        history = answered(lambda: scene.bob.get(f"/v1/conversations/{scene.room}/messages")).ok()
        assert [frame["msg"] for frame in history["items"] if frame["type"] == 102][-1] == "meanwhile"
        assert answered(lambda: scene.dave.get(f"/v1/conversations/{scene.room}/messages")).ok()["items"][0]["msg"] != "meanwhile"
        rows = {row["conversation"]: row for row in answered(lambda: scene.bob.get("/v1/conversations")).ok()["items"]}
        assert rows[scene.direct]["readSeq"] == scene.sent[3] and rows[scene.direct]["unread"] == 3
        came = answered(lambda: scene.bob.account.try_to_log_in("the tablet")).ok(201)
        assert answered(lambda: scene.bob.post("/v1/acks", {scene.direct: sent["seq"]})).status == 503
        assert answered(lambda: scene.bob.read_up_to(scene.direct, sent["seq"])).status == 503
    finally:
        back()
    within(30, lambda: scene.bob.post("/v1/acks", {scene.direct: sent["seq"]}).ok(204))
    tablet = scene.bob.with_token(came["token"])
    frames = within(30, lambda: tablet.get("/v1/offline", limit=1000).ok()["items"])
    assert chat(frames, scene.direct) == ["direct 6"]  # its place is its own, though the phone has acknowledged since
    within(30, lambda: scene.carol.connect())
    assert house.running


def test_what_waits_at_a_stop_is_kept(house, world, redis):
    alice, bob = world.friends("alice", "bob")
    seqs = [alice.sent(bob, f"{i}")["seq"] for i in range(4)]
    bob.acknowledge_all()
    bob.read_up_to("u:" + alice.key, seqs[-1]).ok()
    assert house.stop() == 0
    redis.empty()
    house.start()
    assert chat(bob.offline(), "u:" + alice.key) == []
    assert bob.conversation("u:" + alice.key)["readSeq"] == seqs[-1]
