"""GET /v1/users: finding people."""
import unicodedata

import pytest

from kit import shapes
from kit.names import unique


def found(device, q, **params):
    return [shapes.check_user(row)["key"] for row in device.items("/v1/users", q=q, **params)]


def test_people_are_found_by_the_beginning_of_their_key(world):
    alice = world.person("alice")
    prefix = unique("find")
    for suffix in ("", ".one", ".two"):
        world.stranger.post("/v1/users", {"key": prefix + suffix, "password": "12345678"}).ok(201)
    assert set(found(alice, prefix)) == {prefix, prefix + ".one", prefix + ".two"}
    assert found(alice, prefix + ".o") == [prefix + ".one"]


def test_people_are_found_by_the_beginning_of_their_name(world):
    alice = world.person("alice")
    name = unique("Godefroy")
    account = world.account("zz", name=name + " of Bouillon")
    assert found(alice, name) == [account.key]
    assert found(alice, name.replace("e", "?", 1)) == []


def test_people_are_found_by_a_chinese_name(world):
    alice = world.person("alice")
    account = world.account("zz", name="欧阳" + unique("x"))
    assert account.key in found(alice, "欧阳")


@pytest.mark.parametrize("name, q", [("Bob 王小明", "小明"), ("Matthew Alan Hodgson", "HODG"), ("Matthew Alan Hodgson", "alan hod"),
                                     ("Đặng Văn", "dang"), (unicodedata.normalize("NFD", "김철수"), "철수"), ("ﾊﾟﾝﾀﾞ", "パンダ")])
def test_people_are_found_by_any_word_of_their_name(world, name, q):
    alice = world.person("alice")
    mark = unique("m").replace("-", "")
    account = world.account("zz", name=f"{name} {mark}")
    rest = {"小明": "小明", "철수": "철수", "パンダ": "パンダ", "dang": "dang van", "HODG": "HODGSON", "alan hod": "alan hodgson"}[q]
    assert account.key in found(alice, q, limit=200)
    assert found(alice, f"{rest} {mark}") == [account.key]


def test_a_middle_part_finds_nobody(world):
    alice = world.person("alice")
    account = world.account("zz", name="Anna " + unique("Middle"))
    assert account.key not in found(alice, account.key[2:])


@pytest.mark.parametrize("q", ["%", "_", "*", "'", "\"", "\\", "a' OR '1'='1", "%%%"])
def test_wildcards_of_databases_are_plain_characters(world, q):
    alice = world.person("alice")
    assert alice.key not in found(alice, q)


def test_the_list_has_pages_and_each_person_once(world):
    alice, prefix = world.person("alice"), unique("pages")
    keys = {f"{prefix}.{i}" for i in range(5)}
    for key in keys:
        world.stranger.post("/v1/users", {"key": key, "password": "12345678"}).ok(201)
    first, cursor = alice.page("/v1/users", q=prefix, limit=2)
    assert len(first) == 2 and cursor
    everyone = found(alice, prefix, limit=2)
    assert len(everyone) == 5 and set(everyone) == keys


def test_one_profile_by_key(world):
    alice, bob = world.people("alice", "bob")
    assert shapes.check_user(alice.get(f"/v1/users/{bob.key}").ok())["key"] == bob.key
    assert alice.get(f"/v1/users/{bob.key.upper()}").ok()["key"] == bob.key, "lower-cased on entry"


def test_without_a_beginning_nobody_is_found(world):
    alice = world.person("alice")
    assert alice.page("/v1/users") == alice.page("/v1/users", q="") == ([], None)


def test_an_unknown_person_is_404(world):
    world.person("alice").get("/v1/users/" + unique("nobody")).refused(404, "not_found")


def test_a_key_that_cannot_exist_is_404(world):
    world.person("alice").get("/v1/users/%21%21").refused(404, "not_found")
