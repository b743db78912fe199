"""Each device has its own place in the inbox."""


def texts(device, other):
    return [f["msg"] for f in device.offline("u:" + other.key)]


def test_each_device_acknowledges_for_itself(world):
    alice, bob = world.friends("alice", "bob")
    tablet = bob.another()
    alice.sent(bob, "hello")
    bob.acknowledge("u:" + alice.key, 1)
    assert texts(bob, alice) == [] and texts(tablet, alice) == ["hello"]
    tablet.acknowledge("u:" + alice.key, 1)
    assert texts(tablet, alice) == []


def test_the_first_device_starts_at_the_beginning(world):
    carol, alice = world.account("carol"), world.person("alice")
    alice.post("/v1/friend-requests", {"receiver": carol.key}).ok(201)
    first = carol.log_in()
    assert [f["type"] for f in first.offline()] == [203]


def test_a_new_device_starts_where_the_furthest_got_to(world):
    alice, bob = world.friends("alice", "bob")
    slow = bob.another()
    for i in range(1, 5):
        alice.sent(bob, str(i))
    bob.acknowledge("u:" + alice.key, 3)
    slow.acknowledge("u:" + alice.key, 1)
    assert texts(bob.another(), alice) == ["4"]
    assert texts(slow, alice) == ["2", "3", "4"]


def test_a_device_that_logged_out_counts_too(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "1")
    alice.sent(bob, "2")
    bob.acknowledge("u:" + alice.key, 1)
    account = bob.account
    bob.delete("/v1/sessions/current").ok(204)
    assert texts(account.log_in(), alice) == ["2"]


def test_what_nobody_has_seen_waits_for_whoever_logs_in(world):
    alice, bob = world.friends("alice", "bob")
    account = bob.account
    bob.delete("/v1/sessions/current").ok(204)
    alice.sent(account, "while nobody was there")
    assert texts(account.log_in(), alice) == ["while nobody was there"]


def test_a_device_that_logs_in_again_goes_on_where_it_was(world):
    alice = world.person("alice")
    account = world.account("bob")
    phone, tablet = account.log_in("phone"), account.log_in("tablet")
    phone.answer(alice.ask(account)).ok()
    for i in range(1, 4):
        alice.sent(account, str(i))
    phone.acknowledge("u:" + alice.key, 1)
    tablet.acknowledge("u:" + alice.key, 3)
    assert texts(account.log_in("phone"), alice) == ["2", "3"]
    assert texts(account.log_in("tablet"), alice) == []


def test_a_device_that_logged_out_and_in_again_goes_on_where_it_was(world):
    alice = world.person("alice")
    account = world.account("bob")
    phone, tablet = account.log_in("phone"), account.log_in("tablet")
    phone.answer(alice.ask(account)).ok()
    alice.sent(account, "1")
    tablet.acknowledge("u:" + alice.key, 1)
    phone.delete("/v1/sessions/current").ok(204)
    assert texts(account.log_in("phone"), alice) == ["1"]


def test_the_furthest_is_told_for_each_conversation(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    tablet = bob.another()
    alice.sent(bob, "a")
    carol.sent(bob, "c")
    bob.acknowledge("u:" + alice.key, 1)
    tablet.acknowledge("u:" + carol.key, 1)
    newest = bob.another()
    assert texts(newest, alice) == [] and texts(newest, carol) == []
    assert texts(bob, carol) == ["c"] and texts(tablet, alice) == ["a"]
