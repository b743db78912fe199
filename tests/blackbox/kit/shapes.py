"""The shapes of the protocol, checked by hand: more may be there, but nothing may be missing or of another type."""
import re

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
MESSAGE_ID = re.compile(r"[0-9a-f]{32}")
CONVERSATION = re.compile(r"u:[a-z0-9][a-z0-9._-]{2,31}|g:.+|s:")
KEPT = {101, 102, 200, 203, 204, 205, 206, 207, 208, 209, 210}
PASSING = {201, 202, 302, 303, 304, 305}
IN_S = {200, 203, 204, 205, 207, 210}
REQUEST_STATES = {"pending", "approved", "rejected"}
ROLES = {"owner", "admin", "member"}
POLICIES = {"approval", "open", "closed"}


def is_time(value):
    """Unix milliseconds, of this century."""
    return type(value) is int and 946_684_800_000 < value < 4_102_444_800_000


def has(shape, what, **kinds):
    assert isinstance(shape, dict), f"{what} must be an object: {shape!r}"
    for name, kind in kinds.items():
        assert name in shape, f"{what} has no `{name}`: {shape}"
        if kind is int:
            assert type(shape[name]) is int, f"`{name}` of {what} must be an integer: {shape}"
        else:
            assert isinstance(shape[name], kind), f"`{name}` of {what} must be {kind}: {shape}"
    return shape


def check_time(shape, *names):
    for name in names:
        assert is_time(shape[name]), f"`{name}` must be Unix milliseconds: {shape}"


def check_user(user):
    has(user, "a user", key=str, name=str, bio=str, avatar=str, createdAt=int)
    assert KEY.fullmatch(user["key"]), user
    check_time(user, "createdAt")
    assert not {"password", "hash", "salt", "token"} & set(user), f"a user tells too much: {user}"
    return user


def check_brief_user(user):
    has(user, "a user in a shape", key=str, name=str, avatar=str)
    return user


def check_brief_group(group):
    has(group, "a group in a shape", key=str, name=str, avatar=str)
    return group


def check_session(session):
    has(session, "a session", id=str, device=dict, createdAt=int, lastSeenAt=int, current=bool)
    has(session["device"], "a device", id=str, name=str)
    check_time(session, "createdAt", "lastSeenAt")
    return session


def check_friend(friend):
    has(friend, "a friend", user=dict, alias=str, since=int, online=bool)
    check_brief_user(friend["user"])
    check_time(friend, "since")
    return friend


def check_friend_request(request):
    has(request, "a friend request", id=str, sender=dict, receiver=dict, note=str, state=str, createdAt=int)
    check_brief_user(request["sender"])
    check_brief_user(request["receiver"])
    assert request["state"] in REQUEST_STATES, request
    check_time(request, "createdAt")
    return request


def check_group(group):
    has(group, "a group", key=str, name=str, notice=str, avatar=str, joinPolicy=str, owner=str, memberCount=int)
    assert group["joinPolicy"] in POLICIES, group
    assert "role" in group and (group["role"] is None or group["role"] in ROLES), group
    assert group["memberCount"] >= 1, group
    return group


def check_member(member):
    has(member, "a member", user=dict, role=str, joinedAt=int)
    check_brief_user(member["user"])
    assert member["role"] in ROLES, member
    assert "mutedUntil" in member and (member["mutedUntil"] is None or is_time(member["mutedUntil"])), member
    check_time(member, "joinedAt")
    return member


def check_group_request(request):
    has(request, "a group request", id=str, sender=dict, group=dict, note=str, state=str, createdAt=int)
    check_brief_user(request["sender"])
    check_brief_group(request["group"])
    assert request["state"] in REQUEST_STATES, request
    check_time(request, "createdAt")
    return request


def check_conversation(row):
    has(row, "a conversation", conversation=str, last=dict, headSeq=int, readSeq=int, unread=int)
    kind = row["conversation"][:2]
    if kind == "u:":
        assert "u:" + check_brief_user(row["peer"])["key"] == row["conversation"], row
        assert 0 <= row["peerReadSeq"] <= row["headSeq"], row
    elif kind == "g:":
        assert "g:" + check_brief_group(row["group"])["key"] == row["conversation"], row
    else:
        assert row["conversation"] == "s:", row
    check_frame(row["last"])
    assert row["last"]["conversation"] == row["conversation"], row
    assert 0 <= row["readSeq"] <= row["headSeq"] and row["unread"] >= 0, row
    return row


def check_sent(sent):
    """The answer to a send."""
    has(sent, "a sent message", id=str, conversation=str, seq=int, time=int)
    assert MESSAGE_ID.fullmatch(sent["id"]), sent
    assert CONVERSATION.fullmatch(sent["conversation"]) and sent["seq"] >= 1, sent
    check_time(sent, "time")
    return sent


def check_frame(frame):
    """A frame that the server wrote, wherever it was read."""
    has(frame, "a frame", type=int, msgSender=str, msgReceiver=str, msg=str)
    assert frame["type"] in KEPT | PASSING, f"not a type that a server sends: {frame}"
    if frame["type"] in KEPT:
        check_kept(frame)
    elif frame["type"] in (303, 304):
        assert "seq" not in frame and "id" not in frame, f"never stored, so it has no id and no seq: {frame}"
    return frame


def check_kept(frame):
    has(frame, "a kept frame", id=str, conversation=str, seq=int, time=int)
    assert frame["id"] and frame["seq"] >= 1, frame
    assert CONVERSATION.fullmatch(frame["conversation"]), frame
    check_time(frame, "time")
    if frame["type"] in IN_S:
        assert frame["conversation"] == "s:", frame
    if frame["type"] in (101, 102):
        assert MESSAGE_ID.fullmatch(frame["id"]), frame
        assert frame["conversation"].startswith({101: "u:", 102: "g:"}[frame["type"]]), frame
    if frame["type"] in (206, 209):
        assert frame["conversation"].startswith("g:"), frame
    if frame.get("recalled"):
        assert frame["msg"] == "", f"a recalled message still has its text: {frame}"
