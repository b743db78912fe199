"""304: friends come and go."""


def test_friends_see_me_come_and_go(world):
    alice, bob = world.friends("alice", "bob")
    channel = alice.connect()
    bobs = bob.connect()
    assert channel.expect(304, msgSender=bob.key)["online"] is True
    bobs.leave()
    assert channel.expect(304, msgSender=bob.key)["online"] is False


def test_a_lost_connection_is_a_leave_too(world):
    alice, bob = world.friends("alice", "bob")
    channel = alice.connect()
    bobs = bob.connect()
    channel.expect(304, msgSender=bob.key, online=True)
    bobs.close()
    channel.expect(304, msgSender=bob.key, online=False)


def test_who_connects_hears_once_of_each_friend_online(world):
    alice, bob, carol, dave = world.friends("alice", "bob", "carol", "dave")
    first = alice.connect()
    bob.connect()
    carol.connect()
    first.expect(304, msgSender=bob.key, online=True)
    first.expect(304, msgSender=carol.key, online=True)
    second = alice.another().connect()
    for friend in (bob, carol):
        second.expect(304, msgSender=friend.key, online=True)
    dave.sent(alice, "fence")
    rest = [f for f in second.up_to(101) if f["type"] == 304]
    assert rest == [], "once each, and nobody who is away"


def test_a_second_device_changes_nothing_for_friends(world):
    alice, bob = world.friends("alice", "bob")
    tablet = bob.another()
    channel = alice.connect()
    one = bob.connect()
    channel.expect(304, msgSender=bob.key, online=True)
    other = tablet.connect()
    one.leave()
    bob.sent(alice, "fence")
    assert [f for f in channel.up_to(101) if f["type"] == 304] == []
    other.leave()
    channel.expect(304, msgSender=bob.key, online=False)


def test_strangers_hear_nothing(world):
    alice, bob = world.friends("alice", "bob")
    carol = world.person("carol")
    carols, alices = carol.connect(), alice.connect()
    bob.connect()
    alices.expect(304, msgSender=bob.key)
    bob.ask(carol)
    assert [f for f in carols.up_to(203) if f["type"] == 304] == []


def test_who_is_no_friend_any_more_hears_nothing(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    channel = alice.connect()
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    bobs, carols = bob.connect(), carol.connect()
    channel.expect(304, msgSender=carol.key, online=True)
    bobs.leave()
    carols.leave()
    seen = channel.up_to(304, msgSender=carol.key, online=False)
    assert [f for f in seen if f["type"] == 304 and f["msgSender"] == bob.key] == []


def test_it_is_never_stored(world):
    alice, bob = world.friends("alice", "bob")
    channel = alice.connect()
    bob.connect()
    channel.expect(304, msgSender=bob.key)
    assert 304 not in [f["type"] for f in alice.offline()]
