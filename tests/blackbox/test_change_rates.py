"""Changes that others are told about in kept frames have a rate: no account fills another's inbox with them."""
SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_REQUESTS_PER_USER": 1000, "LIMITS_REQUESTS_PER_ADDRESS": 5000,
            "LIMITS_REGISTRATIONS_PER_ADDRESS": 1000, "LIMITS_MEMBER_CHANGES_PER_USER": 8,
            "LIMITS_REQUESTS_TO_OTHERS_PER_USER": 8}


def repeat(call, times=40):
    """How often it worked, and the last refusal."""
    done, refused = 0, None
    for i in range(times):
        answer = call(i)
        if answer.status == 429:
            answer.refused(429, "rate_limited")
            refused = answer
        else:
            done += 1
    return done, refused


def frames(device, kind):
    return [frame for frame in device.offline() if frame["type"] == kind]


def test_a_profile(own_world):
    alice, bob = own_world.friends("alice", "bob")
    done, refused = repeat(lambda i: alice.patch("/v1/me", {"bio": f"number {i}"}))
    assert done == 5 and 1 <= int(refused.headers["retry-after"]) <= 12
    assert len(frames(bob, 210)) == 5
    bio = alice.get("/v1/me").ok()["bio"]
    assert bio == "number 4", "what was refused changed nothing"
    alice.patch("/v1/me", {"bio": bio, "groupInvites": "refuse"}).ok()


def test_a_group(own_world):
    group, owner, bob = own_world.group_of("owner", "bob")
    before = len(frames(bob, 209))
    done, _ = repeat(lambda i: owner.patch(f"/v1/groups/{group}", {"notice": f"number {i}"}))
    assert done == 9, "making it counted as well"
    assert len(frames(bob, 209)) == before + 9
    owner.post("/v1/groups", {"name": "another"}).refused(429, "rate_limited")


def test_roles_mutes_and_removals(own_world):
    group, owner, bob, carol = own_world.group_of("owner", "bob", "carol")
    before = len(frames(bob, 209))
    repeat(lambda i: owner.change_member(group, bob, role=("admin", "member")[i % 2]))
    assert len(frames(bob, 209)) == before + 8
    owner.delete(f"/v1/groups/{group}/members/{carol.key}").refused(429, "rate_limited")
    carol.delete(f"/v1/groups/{group}/members/me").ok(204)


def test_joining_and_leaving(own_world):
    group, owner = own_world.group_of("owner")
    owner.patch(f"/v1/groups/{group}", {"joinPolicy": "open"}).ok()
    carol = own_world.person("carol")
    done = 0
    for _ in range(20):
        done += carol.post(f"/v1/groups/{group}/requests", {}).status == 201
        carol.delete(f"/v1/groups/{group}/members/me")
    assert done == 8
    assert len(frames(owner, 206)) == 8


def test_asking_and_being_removed(own_world):
    alice, bob = own_world.people("alice", "bob")
    done = 0
    for _ in range(20):
        answer = alice.post("/v1/friend-requests", {"receiver": bob.key})
        if answer.status != 201:
            answer.refused(429, "rate_limited")
            break
        bob.answer(answer.json).ok()
        alice.delete(f"/v1/friends/{bob.key}").ok(204)
        done += 1
    assert done == 8
