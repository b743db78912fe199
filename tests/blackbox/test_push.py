"""POST /v1/push: a business system notifies."""
import pytest

from kit.names import unique
from kit.server import run_admin


@pytest.fixture(name="shop")
def fixture_shop(world, command_line):
    """A business system, and in `name` the name of its service key."""
    name = unique("shop")
    service = world.service(name)
    service.name = name
    return service


def push(service, to, **more):
    body = {"to": to, "msg": "your order is on its way", "clientId": unique("push"), **more}
    return service.post("/v1/push", body)


def pushed(service, to, **more):
    answer = push(service, to, **more).ok(202)
    assert isinstance(answer["id"], str) and answer["id"] and type(answer["receivers"]) is int, answer
    return answer


def notices(device):
    return [f for f in device.offline("s:") if f["type"] == 200]


def test_a_notice_reaches_the_users_named(world, shop):
    alice, bob, carol = world.people("alice", "bob", "carol")
    channel = alice.connect()
    answer = pushed(shop, {"users": [alice.key, bob.key]}, title="发货了", msg="你的订单已发货")
    assert answer["receivers"] == 2
    frame = channel.expect(200)
    assert (frame["msgSender"], frame["msgReceiver"]) == (shop.name, alice.key)
    assert (frame["title"], frame["msg"], frame["conversation"]) == ("发货了", "你的订单已发货", "s:")
    waiting, = notices(bob)
    assert (waiting["msg"], waiting["msgReceiver"], waiting["seq"]) == ("你的订单已发货", bob.key, 1)
    assert notices(carol) == []


def test_somebody_unknown_stops_it_for_all(world, shop):
    alice = world.person("alice")
    push(shop, {"users": [alice.key, unique("nobody")]}).refused(404, "not_found")
    push(shop, {"users": [alice.key], "groups": [unique("none")]}).refused(404, "not_found")
    assert notices(alice) == []


def test_a_notice_reaches_the_members_of_groups(world, shop):
    group, owner, bob = world.group_of("owner", "bob")
    carol = world.person("carol")
    channel = bob.connect()
    assert pushed(shop, {"groups": [group]}, msg="to the group")["receivers"] == 2
    assert channel.expect(200)["msg"] == "to the group"
    assert [f["msg"] for f in notices(owner)] == ["to the group"] and notices(carol) == []


def test_whoever_is_named_twice_gets_it_once(world, shop):
    group, owner, bob = world.group_of("owner", "bob")
    answer = pushed(shop, {"users": [bob.key, bob.key], "groups": [group]})
    assert answer["receivers"] == 2
    assert len(notices(bob)) == len(notices(owner)) == 1


def test_a_notice_reaches_everyone(world, shop):
    alice, bob, carol = world.people("alice", "bob", "carol")
    channel, text = alice.connect(), unique("to all ")
    assert pushed(shop, {"all": True}, msg=text)["receivers"] >= 3
    assert channel.expect(200, msg=text)["msgReceiver"] == alice.key
    for device in (bob, carol):
        assert [f["msg"] for f in notices(device)] == [text]


def test_who_registers_later_does_not_get_it(world, shop):
    pushed(shop, {"all": True})
    assert notices(world.person("late")) == []


def test_a_repeat_answers_the_first_result_and_notifies_nobody(world, shop):
    alice = world.person("alice")
    client_id = unique("push")
    first = pushed(shop, {"users": [alice.key]}, clientId=client_id)
    assert pushed(shop, {"users": [alice.key]}, clientId=client_id) == first
    assert len(notices(alice)) == 1


def test_a_client_id_for_another_text_is_409(world, shop):
    alice = world.person("alice")
    client_id = unique("push")
    pushed(shop, {"users": [alice.key]}, clientId=client_id)
    push(shop, {"users": [alice.key]}, clientId=client_id, msg="other").refused(409, "client_id_reused")
    push(shop, {"users": [alice.key]}, clientId=client_id, title="other").refused(409, "client_id_reused")
    assert len(notices(alice)) == 1


def test_a_notice_without_title(world, shop):
    alice = world.person("alice")
    channel = alice.connect()
    pushed(shop, {"users": [alice.key]}, msg="no title")
    assert channel.expect(200).get("title", "") == ""


def test_it_is_kept_in_history_and_in_the_list(world, shop):
    alice = world.person("alice")
    pushed(shop, {"users": [alice.key]}, msg="kept")
    assert [f["msg"] for f in alice.history("s:")] == ["kept"]
    row = alice.conversation("s:")
    assert (row["last"]["msg"], row["unread"]) == ("kept", 0)


def test_it_can_be_acknowledged(world, shop):
    alice = world.person("alice")
    pushed(shop, {"users": [alice.key]})
    alice.acknowledge("s:", 1)
    assert notices(alice) == []


def test_without_a_name_the_sender_is_system(world, command_line):
    alice = world.person("alice")
    unnamed = world.stranger.with_token(run_admin(command_line, "key").splitlines()[-1])
    pushed(unnamed, {"users": [alice.key]})
    assert notices(alice)[0]["msgSender"] == "system"
    run_admin(command_line, "key", "revoke", "system")


def test_a_users_token_does_not_push(world):
    alice, bob = world.friends("alice", "bob")
    push(alice, {"users": [bob.key]}).refused(401, "unauthenticated")
    assert notices(bob) == []


def test_a_service_key_is_no_users_token(world, shop):
    for path in ("/v1/me", "/v1/conversations", "/v1/offline"):
        shop.get(path).refused(401, "unauthenticated")


def test_a_wrong_service_key_is_401(world, shop):
    alice = world.person("alice")
    flipped = shop.token[:-2] + ("aa" if shop.token[-2:] != "aa" else "bb")
    push(shop.with_token(flipped), {"users": [alice.key]}).refused(401, "unauthenticated")
    push(world.stranger, {"users": [alice.key]}).refused(401, "unauthenticated")
    assert notices(alice) == []


@pytest.mark.parametrize("field, value", [
    ("to", None), ("to", "all"), ("to", []), ("to", {}), ("to", {"users": "alice"}), ("to", {"users": [5]}),
    ("to", {"all": "yes"}), ("msg", 5), ("msg", ""), ("msg", "x" * 8193), ("title", 5), ("clientId", "x" * 65)])
def test_a_wrong_field_is_named(world, shop, field, value):
    body = {"to": {"users": [world.account("alice").key]}, "msg": "x", "clientId": unique("push"), field: value}
    problem = shop.post("/v1/push", body).refused(422, "invalid_fields")
    assert any(name.split(".")[0].split("[")[0] == field for name in problem["fields"]), problem
