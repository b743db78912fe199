"""`godwit admin load-test-data`: people, friendships and groups that a load test finds ready."""
from kit.api import Api
from kit.house import new_server
from kit.waiting import eventually


def lines(directory, name):
    return (directory / name).read_text(encoding="utf-8").split()


def test_everybody_is_logged_in_and_may_write_to_friend_and_group(tmp_path):
    server, out = new_server(tmp_path / "server"), tmp_path / "out"
    try:
        loaded = server.load_test_data("--users", "20", "--groups", "4", "--hubs", "1", "--out", str(out))
        assert loaded.returncode == 0 and "20 users in 4 groups" in loaded.stdout, loaded
        again = server.load_test_data("--users", "20", "--groups", "4", "--out", str(out))
        assert again.returncode != 0 and again.stderr, again
        server.start()
        users, groups = lines(out, "users"), lines(out, "groups")
        people = [Api(server.url, token) for token in lines(out, "tokens")]
        assert [people[i].get("/v1/me").ok()["key"] for i in (0, 7, 19)] == [users[i] for i in (0, 7, 19)]
        sent = [people[6].post("/v1/messages", {"type": 101, "msgReceiver": users[7], "msg": "to a friend"}).ok(201)["id"],
                people[11].post("/v1/messages", {"type": 102, "msgReceiver": groups[3], "msg": "to the group"}).ok(201)["id"]]
        eventually(lambda: {frame["id"] for frame in people[7].get("/v1/offline").ok()["items"]} >= set(sent))
    finally:
        server.kill()
        server.remove()
