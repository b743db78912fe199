"""Who reads which part of a group's history."""
from kit import shapes


def join(owner, group, newcomer):
    request = shapes.check_group_request(newcomer.post(f"/v1/groups/{group}/requests", {}).ok(201))
    owner.answer(request, kind="group").ok()


def test_from_joining_on(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    owner.sent(group, "before carol")
    join(owner, group, carol)
    owner.sent(group, "after carol")
    assert carol.texts("g:" + group) == ["after carol"]
    assert owner.texts("g:" + group) == ["before carol", "after carol"]


def test_nothing_from_before_by_any_way(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    hidden = owner.sent(group, "beforehand xylophone")
    join(owner, group, carol)
    assert carol.history("g:" + group, before=hidden["seq"] + 1) == []
    assert "xylophone" not in carol.get(f"/v1/conversations/g:{group}/messages", after=0).text
    assert "xylophone" not in carol.get("/v1/offline").text
    row = carol.conversation("g:" + group)
    assert row["unread"] == 0 and row["last"]["seq"] > hidden["seq"]
    carol.recall(hidden).refused(404, "not_found")
    carol.send(group, "x", replyTo=hidden["id"]).refused(422, "invalid_fields")


def test_the_newcomer_sees_the_own_arrival(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    join(owner, group, carol)
    first = carol.history("g:" + group)[0]
    assert (first["type"], first["msgSender"], first["msgReceiver"]) == (206, carol.key, carol.key)
    seen = [f for f in owner.history("g:" + group) if f["type"] == 206][0]
    assert (seen["id"], seen["seq"], seen["msgReceiver"]) == (first["id"], first["seq"], owner.key)


def test_nothing_after_leaving(world):
    group, owner, bob = world.group_of("owner", "bob")
    channel = bob.connect()
    owner.sent(group, "before")
    bob.leave_group(group).ok(204)
    owner.sent(group, "after")
    assert bob.texts("g:" + group) == ["before"]
    assert "after" not in [f["msg"] for f in bob.offline("g:" + group)]
    owner.sent(bob, "fence")
    assert [f["msg"] for f in channel.up_to(101) if f["type"] == 102] == ["before"]


def test_the_removed_read_up_to_the_209_that_says_so(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.sent(group, "before")
    owner.delete(f"/v1/groups/{group}/members/{bob.key}").ok(204)
    owner.sent(group, "after")
    history = bob.history("g:" + group)
    assert [(f["type"], f.get("change")) for f in history] == [(209, "created"), (102, None), (209, "removed")]
    assert history[-1]["target"] == bob.key
    assert bob.history("g:" + group, after=history[-1]["seq"]) == []
    assert [f.get("change") for f in bob.offline("g:" + group)][-1] == "removed"


def test_the_removed_learn_nothing_new_from_their_list(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.delete(f"/v1/groups/{group}/members/{bob.key}").ok(204)
    owner.sent(group, "behind the door")
    assert "behind the door" not in bob.get("/v1/conversations").text
    row = bob.conversation("g:" + group)
    assert row is None or row["unread"] == 0


def test_outsiders_read_nothing(world):
    group, owner = world.group_of("owner")
    owner.sent(group, "inside")
    outsider = world.person("outsider")
    outsider.get(f"/v1/conversations/g:{group}/messages").refused(404, "not_found")
    outsider.post(f"/v1/groups/{group}/requests", {}).ok(201)
    outsider.get(f"/v1/conversations/g:{group}/messages").refused(404, "not_found")


def test_who_comes_back_does_not_read_what_was_said_meanwhile(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.sent(group, "first stay")
    bob.leave_group(group).ok(204)
    owner.sent(group, "meanwhile")
    join(owner, group, bob)
    owner.sent(group, "second stay")
    assert bob.texts("g:" + group) == ["first stay", "second stay"]


def test_who_left_reads_the_own_last_words_and_recalls_them_no_more(world):
    group, owner, bob = world.group_of("owner", "bob")
    sent = bob.sent(group, "last words")
    bob.leave_group(group).ok(204)
    assert bob.texts("g:" + group) == owner.texts("g:" + group) == ["last words"]
    bob.recall(sent).refused(404, "not_found")
