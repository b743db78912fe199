"""Each engine that many processes stand on is killed, and stands still, under load: nothing that was answered is lost, shown twice or
out of order, and everything comes back by itself. With TEST_HOUSE=many; nothing else may stand on the engines meanwhile."""
import pytest
from engines import Engines
from kill_rounds import history
from kit.house import House
from kit.recorder import RECORDER
from kit.waiting import eventually
from ledger import name_for
from redis_cluster import Cluster
from scene import SETTLED_AFTER, Scene

pytestmark = pytest.mark.many

KILLED = 10.0  # seconds that an engine is away: above every time limit of those who wait for it

EVERYTHING = ("send", "pull", "history", "search", "login", "people", "connect")
GO_ON = {  # while the engine is away; of what is not named either way some is answered from memory
    "mariadb": (),
    "redis": ("send", "pull", "history", "search", "login", "connect"),
    "broker": EVERYTHING,
    "proxy": EVERYTHING,
    "namesrv": EVERYTHING,
    "elasticsearch": ("send", "pull", "login", "people", "connect"),
}
REFUSED = {"mariadb": ("send", "login", "pull"), "redis": ("people",), "broker": (), "proxy": (), "namesrv": (),
           "elasticsearch": ("history", "search")}


@pytest.fixture(scope="module")
def engines():
    RECORDER.openapi = RECORDER.asyncapi = None  # the black-box suite holds answers to the contract; here is load
    found = Engines()
    found.up()
    return found


@pytest.fixture(autouse=True)
def all_engines_run(engines):
    """After a test that failed, too: those behind it stand on them."""
    yield
    engines.up()


@pytest.fixture(scope="module")
def house(engines, tmp_path_factory):
    started = House(tmp_path_factory.mktemp("house")).start()
    yield started
    alive = started.running
    started.kill()
    started.remove()
    assert alive, started.log_tail()


@pytest.fixture
def scene(house):
    with Scene(house) as under_load:
        yield under_load


@pytest.mark.parametrize("name", list(GO_ON))
def test_an_engine_is_killed_and_stands_still(engines, scene, stop_seconds, name):
    process = engines.process(name)
    with scene.fault(f"{process.name}, kill -9") as killed:
        process.kill()
        killed.lasts(KILLED)
        process.start()
    with scene.fault(f"{process.name}, SIGSTOP {stop_seconds:.0f} s") as halted:
        process.halt()
        try:
            halted.lasts(stop_seconds)
        finally:
            process.resume()
    scene.finish()
    for fault in (killed, halted):
        fault.goes_on(*GO_ON[name])
        fault.is_refused(*REFUSED[name])


def test_redis_comes_back_empty(engines, scene):
    device = scene.probes.waiting
    before = device.offline_answer(limit=1000)
    with scene.fault("Redis, kill -9, files removed"):
        engines.empty_redis()
    again = device.offline_answer(epoch=before["epoch"], limit=1000)
    assert again["complete"], "it was filled again from MySQL, and lacks nothing"
    assert {frame["id"] for frame in before["items"]} <= {frame["id"] for frame in again["items"]}
    scene.finish()


BACKLOG = 400


def test_rocketmq_is_away_until_the_bound(engines, tmp_path):
    house = House(tmp_path, {"ROCKETMQ_BACKLOG": BACKLOG}).start()
    broker = engines.process("broker")
    try:
        with Scene(house) as scene:
            with scene.fault(f"RocketMQ's broker away, {BACKLOG} messages at most") as away:
                broker.kill()
                ledger = scene.run.ledger
                eventually(lambda: scene.noted.others[503] > 20, within=120, every=0.1)
                answered = list(ledger.sends)
                eventually(scene.run.caught_up, within=30, every=0.2)
                eventually(scene.probes.all_pushed, within=5)
                check_whole(scene.run, answered)
                refused = scene.probes.sender.send(scene.probes.reader, "one more").refused(503, "unavailable")
                assert "broker" in refused["detail"], refused
                away.lasts(SETTLED_AFTER)
                broker.start()
            scene.finish()
            away.goes_on("pull", "history", "search", "login", "people")
            away.is_refused("send")
    finally:
        house.kill()
        house.remove()


def check_whole(run, answered):
    """Everybody's history and inbox have what was answered, though nothing carries it there."""
    for i, device in enumerate(run.senders_devices):
        inbox = {frame["id"] for frame in run.away[i].items("/v1/offline", limit=1000)}
        for talk in run.talks(i):
            wanted = {sent.id for sent in answered if sent.talk == talk}
            have = {frame["id"] for frame in history(device, name_for(talk, device.key))}
            assert wanted <= have, f"the history of {device.key} lacks {len(wanted - have)} of {len(wanted)}"
            assert wanted <= inbox, f"the inbox of {device.key} lacks {len(wanted - inbox)} of {len(wanted)}"


@pytest.fixture(scope="module")
def cluster(engines):
    return Cluster(engines)


def test_a_cluster_fails_over_and_moves_slots(engines, cluster, tmp_path):
    house = House(tmp_path, {"REDIS_ADDRESSES": cluster.addresses, "REDIS_CLUSTER": "true"}).start()
    try:
        with Scene(house) as scene:
            gone = cluster.fullest()
            process = engines.redis_of_cluster(gone.port)
            with scene.fault("Redis Cluster, a primary killed"):
                process.kill()
                cluster.await_successor(gone)
            process.start()
            with scene.fault("Redis Cluster, used slots moved"):
                source = cluster.fullest()
                target = next(node for node in cluster.primaries() if node.port != source.port)
                for slot in cluster.used_slots(source, 20):
                    cluster.move(slot, source, target)
            with scene.fault("Redis Cluster, a primary stands still until another is there, and goes on"):
                gone = cluster.fullest()
                process = engines.redis_of_cluster(gone.port)
                process.halt()
                try:
                    cluster.await_successor(gone)
                finally:
                    process.resume()
            scene.finish()
    finally:
        house.kill()
        house.remove()
