"""GET /v1/messages/search."""
import unicodedata

import pytest

from kit import shapes
from kit.names import unique
from kit.waiting import eventually

WITHIN = 4.0  # the protocol promises two seconds; the rest is for a busy machine


def search(device, q, **params):
    """Every hit; the sender filter is a key, so it cannot be a Python keyword like `from`."""
    hits = device.items("/v1/messages/search", q=q, **params)
    for hit in hits:
        shapes.check_frame(hit["message"])
        check_highlight(hit)
    return hits


def check_highlight(hit):
    assert isinstance(hit["highlight"], list), hit
    last = 0
    for begin, end in hit["highlight"]:
        assert last <= begin < end <= len(hit["message"]["msg"]), hit
        last = end


def texts(device, q, **params):
    return sorted(hit["message"]["msg"] for hit in search(device, q, **params))


def found(device, q, *wanted, **params):
    """Waits until the search has caught up and finds exactly this."""
    return eventually(lambda: texts(device, q, **params) == sorted(wanted), WITHIN)


def marked(hit):
    return [hit["message"]["msg"][begin:end] for begin, end in hit["highlight"]]


def test_a_two_character_chinese_word_inside_a_sentence(world):
    alice, bob = world.friends("alice", "bob")
    text = "今天晚上我们一起去吃火锅好不好"
    sent = alice.sent(bob, text)
    hit, = eventually(lambda: search(bob, "火锅"), WITHIN)
    assert hit["message"]["id"] == sent["id"] and hit["message"]["msg"] == text
    assert hit["highlight"] == [[text.index("火锅"), text.index("火锅") + 2]]


@pytest.mark.parametrize("word", ["今天", "天晚", "好不好", "一起去吃火锅", "去"])
def test_chinese_words_of_every_length_and_place(world, word):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "今天晚上我们一起去吃火锅好不好")
    hit, = eventually(lambda: search(bob, word), WITHIN)
    assert "".join(marked(hit)) == word


def test_chinese_characters_that_do_not_stand_together_do_not_match(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "火车上的锅")
    alice.sent(bob, "锅火")
    alice.sent(bob, "火锅")
    found(bob, "火锅", "火锅")


def test_chinese_beside_english_and_digits(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "明天3点开会,room5见meeting室")
    for word in ("开会", "meeting", "明天", "room5"):
        hit, = eventually(lambda word=word: search(bob, word), WITHIN)
        assert marked(hit) == [word]


@pytest.mark.parametrize("q", ["hello", "HELLO", "HeLLo"])
def test_english_words_whatever_the_case(world, q):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "Well, Hello there")
    hit, = eventually(lambda: search(bob, q), WITHIN)
    assert hit["highlight"] == [[6, 11]]


@pytest.mark.parametrize("text, q, place", [
    ("ﾊﾟｿｺﾝを買う", "パソコン", [0, 5]),
    ("青いガラスの靴", "ｶﾞﾗｽ", [2, 5]),
    (unicodedata.normalize("NFD", "학점인정 서류.pdf"), "학점인정", [0, 12]),
    ("ثم كَتَبَ الولد", "كتب", [3, 9]),
    ("שָׁלוֹם!", "שלום", [0, 7]),
    ("in Łódź und Đà Nẵng", "lodz", [3, 7]),
    ("Die Straße dort", "STRASSE", [4, 10]),
    ("a soft\u00adhyphen", "softhyphen", [2, 13]),
], ids=["half-width", "asked half-width", "jamo", "harakat", "niqqud", "stroke", "sharp s", "soft hyphen"])
def test_every_spelling_finds_every_other(world, text, q, place):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, text)
    hit, = eventually(lambda: search(bob, q), WITHIN)
    assert hit["message"]["msg"] == text and hit["highlight"] == [place]


def test_ranges_count_code_points(world):
    alice, bob = world.friends("alice", "bob")
    text = "🐦🐦 e\u0301 鸟儿 flies 飞行"
    alice.sent(bob, text)
    for word in ("flies", "飞行", "鸟儿"):
        hit, = eventually(lambda word=word: search(bob, word), WITHIN)
        assert hit["highlight"] == [[text.index(word), text.index(word) + len(word)]]


def test_every_place_is_highlighted(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "tea or tea, 喝茶去喝茶")
    hit, = eventually(lambda: search(bob, "tea"), WITHIN)
    assert hit["highlight"] == [[0, 3], [7, 10]]
    hit, = search(bob, "喝茶")
    assert marked(hit) == ["喝茶", "喝茶"]


def test_several_words_must_all_occur(world):
    alice, bob = world.friends("alice", "bob")
    for text in ("red apple", "green apple", "red 苹果 basket"):
        alice.sent(bob, text)
    found(bob, "apple red", "red apple")
    found(bob, "red 苹果", "red 苹果 basket")
    assert texts(bob, "blue apple") == []


def test_the_newest_comes_first(world):
    alice, bob = world.friends("alice", "bob")
    sends = [alice.sent(bob, f"ordered {i}")["id"] for i in range(4)]
    hits = eventually(lambda: len(hits := search(bob, "ordered")) == 4 and hits, WITHIN)
    assert [hit["message"]["id"] for hit in hits] == sends[::-1]


def test_both_sides_and_all_devices_find_it(world):
    alice, bob = world.friends("alice", "bob")
    word = unique("word")
    alice.sent(bob, word)
    found(bob, word, word)
    found(alice, word, word)
    found(alice.another(), word, word)
    assert search(bob, word)[0]["message"]["conversation"] == "u:" + alice.key
    assert search(alice, word)[0]["message"]["conversation"] == "u:" + bob.key


def test_nobody_finds_what_others_say(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    alice.sent(bob, "the secret plan 秘密计划")
    found(bob, "secret", "the secret plan 秘密计划")
    for q in ("secret", "秘密", "plan"):
        assert search(carol, q) == []
    assert texts(carol, "secret", conversation="u:" + bob.key) == []


def test_a_conversation_that_is_not_mine_is_404(world):
    group, _ = world.group_of("owner")
    alice = world.person("alice")
    for name in ("g:" + group, "g:" + unique("none"), "u:" + unique("nobody")):
        alice.get("/v1/messages/search", q="x", conversation=name).refused(404, "not_found")


def test_in_groups_only_what_was_said_while_i_was_in(world):
    group, owner, bob = world.group_of("owner", "bob")
    carol = world.person("carol")
    owner.sent(group, "apple before")
    owner.answer(carol.post(f"/v1/groups/{group}/requests", {}).ok(201), kind="group").ok()
    owner.sent(group, "apple between")
    carol.leave_group(group).ok(204)
    owner.sent(group, "apple after")
    found(owner, "apple", "apple before", "apple between", "apple after")
    assert texts(carol, "apple") == ["apple between"]
    assert texts(world.person("outsider"), "apple") == []


def test_the_filter_by_conversation(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    group = alice.new_group(bob)
    alice.sent(bob, "plum for bob")
    alice.sent(carol, "plum for carol")
    alice.sent(group, "plum for the group")
    found(alice, "plum", "plum for bob", "plum for carol", "plum for the group")
    assert texts(alice, "plum", conversation="u:" + bob.key) == ["plum for bob"]
    assert texts(alice, "plum", conversation="g:" + group) == ["plum for the group"]


def test_the_filter_by_sender(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "pear from alice")
    bob.sent(alice, "pear from bob")
    found(alice, "pear", "pear from alice", "pear from bob")
    assert texts(alice, "pear", sender=bob.key) == ["pear from bob"]
    assert texts(bob, "pear", sender=bob.key) == ["pear from bob"]
    assert texts(bob, "pear", sender=unique("nobody")) == []


def test_the_filter_by_time(world):
    alice, bob = world.friends("alice", "bob")
    one = alice.sent(bob, "fig one")
    eventually(lambda: alice.sent(bob, "tick")["time"] > one["time"] + 5)
    two = alice.sent(bob, "fig two")
    found(alice, "fig", "fig one", "fig two")
    middle = (one["time"] + two["time"]) // 2
    assert texts(alice, "fig", to=middle) == ["fig one"]
    assert texts(alice, "fig", **{"from": middle}) == ["fig two"]
    assert texts(alice, "fig", **{"from": one["time"] - 5, "to": two["time"] + 5}) == ["fig one", "fig two"]
    assert texts(alice, "fig", **{"from": two["time"] + 1000}) == []


@pytest.mark.parametrize("name", ["from", "to", "limit"])
def test_what_is_not_a_number_is_400(world, name):
    answer = world.person("alice").get("/v1/messages/search", q="x", **{name: "yesterday"})
    answer.refused(400, "bad_parameter")


def test_no_question_is_no_search(world):
    alice = world.person("alice")
    alice.get("/v1/messages/search").refused(400, "bad_parameter")
    alice.get("/v1/messages/search", q="").refused(400, "bad_parameter")


def test_hits_have_pages_and_each_once(world):
    alice, bob = world.friends("alice", "bob")
    wanted = {alice.sent(bob, f"cherry {i}")["id"] for i in range(5)}
    eventually(lambda: len(search(bob, "cherry")) == 5, WITHIN)
    first, cursor = bob.page("/v1/messages/search", q="cherry", limit=2)
    assert len(first) == 2 and cursor
    ids = [hit["message"]["id"] for hit in search(bob, "cherry", limit=2)]
    assert len(ids) == 5 and set(ids) == wanted


def test_a_garbage_cursor_is_400(world):
    answer = world.person("alice").get("/v1/messages/search", q="x", cursor="garbage")
    answer.refused(400, "bad_cursor")


@pytest.mark.parametrize("q", ['"', "'", "*", "(", ")", "a AND", "NOT", "NEAR(", "^x", "a*b", "col:x", "-", "\\", "%",
                               '"; DROP TABLE', "OR OR", "\u0001", "🐦", " ", "，。", "x" * 128])
def test_no_question_breaks_the_search(world, q):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "plain words")
    answer = bob.get("/v1/messages/search", q=q)
    assert answer.ok()["items"] == [], answer


def test_operators_are_plain_words(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "salt")
    alice.sent(bob, "pepper")
    found(bob, "salt", "salt")
    assert texts(bob, "salt OR pepper") == []


def test_a_quote_does_not_leave_its_conversation(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "hidden treasure")
    found(bob, "treasure", "hidden treasure")
    carol = world.person("carol")
    for q in ('" OR "treasure', "treasure' OR '1'='1", "* treasure"):
        answer = carol.get("/v1/messages/search", q=q)
        assert answer.ok()["items"] == []


def test_only_messages_are_found(world):
    group, owner, bob = world.group_of("owner", "bob")
    owner.patch(f"/v1/groups/{group}", {"name": "walnut"}).ok()
    owner.sent(group, "walnut as a message")
    found(bob, "walnut", "walnut as a message")
