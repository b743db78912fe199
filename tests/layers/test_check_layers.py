"""The checker sees what it is there to see: small trees, each with one thing wrong."""
import os
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from check_layers import check, shown  # noqa: E402
from source import functions, includes  # noqa: E402


@pytest.fixture
def tree(tmp_path):
    """A house of the files given, each folder with its README; answers the violations."""

    def build(readme=True, **files):
        for name, text in files.items():
            path = tmp_path / shown(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith(".hpp") and "#pragma once" not in text:
                text = "#pragma once\n" + text
            path.write_text(text)
            if readme:
                (path.parent / "README.md").write_text("# A room\n")
        return check(str(tmp_path))

    return build


def include(*paths):
    return "".join(f'#include "{path}"\n' if path.endswith(".hpp") else f"#include <{path}>\n" for path in paths)


SERVICES = {"service/user.hpp": "", "dispatch/send.hpp": "", "dispatch/ledger.hpp": "", "base/error.hpp": "", "base/task.hpp": "",
            "net/http/http.hpp": "", "net/client/stream.hpp": include("boost/asio/ip/tcp.hpp"), "net/client/outer.hpp": include("net/client/stream.hpp"),
            "wire/json.hpp": "", "wire/record.hpp": "", "domain/message.hpp": "", "app/wiring.hpp": "",
            "clients/terminal/chat.hpp": "", "user/accounts/accounts.hpp": "", "user/groups/groups.hpp": "",
            "engine/rocksdb/store.hpp": "", "engine/sqlite/store.hpp": "", "engine/memory/store.hpp": ""}


@pytest.mark.parametrize("path, includes_of_it", [
    ("gateway/routes.cpp", ["service/user.hpp", "net/http/http.hpp", "wire/json.hpp", "base/error.hpp", "vector"]),
    ("dispatch/send.cpp", ["dispatch/send.hpp", "dispatch/ledger.hpp", "service/user.hpp"]),
    ("engine/rocksdb/ledger.cpp", ["dispatch/ledger.hpp", "wire/record.hpp", "rocksdb/db.h", "unistd.h"]),
    ("net/client/client.cpp", ["boost/asio/io_context.hpp", "base/task.hpp", "sys/epoll.h"]),
    ("app/serve.cpp", ["engine/rocksdb/store.hpp", "dispatch/send.hpp", "CLI/CLI.hpp", "clients/terminal/chat.hpp"]),
    ("clients/terminal/chat.cpp", ["clients/terminal/chat.hpp", "wire/json.hpp", "net/http/http.hpp", "ncurses.h", "unistd.h"]),
    ("domain/rules_test.cpp", ["doctest/doctest.h", "domain/message.hpp"]),
    ("user/role_test.cpp", ["engine/memory/store.hpp"]),
    ("user/testing_world.hpp", ["engine/memory/store.hpp"]),
    ("engine/rocksdb/send_live_test.cpp", ["dispatch/send.hpp", "live/endpoint.hpp"]),
])
def test_what_is_drawn_may_come_in(tree, path, includes_of_it):
    assert tree(**SERVICES, **{path: include(*includes_of_it)}) == []


@pytest.mark.parametrize("path, bad", [
    ("gateway/routes.cpp", "dispatch/send.hpp"),          # another role's inside
    ("user/register.cpp", "engine/sqlite/store.hpp"),     # a role knows no engine
    ("user/register.cpp", "engine/memory/store.hpp"),     # its tests alone know one,
    ("engine/rocksdb/send_live_test.cpp", "user/groups/groups.hpp"),
    ("user/role_test.cpp", "engine/sqlite/store.hpp"),    # and that is the one in memory
    ("user/register.cpp", "boost/asio/post.hpp"),         # nor Asio
    ("user/register.cpp", "net/client/stream.hpp"),              # nor a header that brings Asio along
    ("user/register.cpp", "net/client/outer.hpp"),               # at second hand neither
    ("gateway/door.cpp", "app/wiring.hpp"),               # nobody looks up
    ("user/store/store.hpp", "user/accounts/accounts.hpp"),
    ("user/friends/friends.cpp", "user/groups/groups.hpp"),  # nor aside
    ("engine/sqlite/accounts.cpp", "user/accounts/accounts.hpp"),
    ("base/pool.hpp", "domain/message.hpp"),
    ("net/http/server.cpp", "wire/json.hpp"),                  # net knows nothing of messaging
    ("domain/rules.hpp", "base/task.hpp"),                # pure: no coroutine
    ("domain/rules.cpp", "fcntl.h"),                      # no I/O
    ("domain/rules.cpp", "boost/json.hpp"),               # no library
    ("engine/rocksdb/ledger.cpp", "engine/sqlite/store.hpp"),
    ("engine/rocksdb/ledger.cpp", "service/user.hpp"),    # not a port that it implements
    ("engine/rocksdb/ledger.cpp", "dispatch/send.hpp"),   # not a port at all
    ("engine/rocksdb/ledger.cpp", "wire/json.hpp"),
    ("engine/sqlite/accounts.cpp", "rocksdb/db.h"),       # another engine's library
    ("clients/terminal/screen.cpp", "app/wiring.hpp"),
    ("wire/frame.cpp", "clients/terminal/chat.hpp"),      # and the server nothing of a client
    ("node/push.cpp", "doctest/doctest.h"),               # tests' things in the program
    ("clients/terminal/screen.cpp", "service/user.hpp"),  # a client knows nothing of the server
])
def test_what_is_not_drawn_is_seen(tree, path, bad):
    violations = tree(**SERVICES, **{path: include(bad)})
    assert len(violations) == 1, violations
    assert violations[0].startswith(f"{shown(path)}:") and bad in violations[0]


def test_a_header_that_is_not_there(tree):
    assert "user/gone.hpp does not exist" in tree(**{"gateway/routes.cpp": include("user/gone.hpp")})[0]


def test_a_file_in_no_room(tree):
    assert "lies in no room" in tree(**{"helpers/misc.cpp": ""})[0]


def test_lines_are_as_long_as_the_formatter_makes_them(tree):
    assert tree(**{"base/a.cpp": "/" * 120 + "\n"}) == []
    assert tree(**{"base/a.cpp": "int a;\n// " + "é" * 118 + "\n"}) == ["src/base/a.cpp:2: 121 columns, at most 120"]
    assert tree(**{"base/a.cpp": 'auto text = R"(' + "x" * 120 + ')";\n'}) == []  # a literal is as long as it is


def test_an_include_in_a_comment_or_behind_blanks(tree):
    assert tree(**SERVICES, **{"base/a.cpp": "// #include \"wire/json.hpp\"\n"}) == []
    assert len(tree(**SERVICES, **{"base/a.cpp": "  #  include \"wire/json.hpp\"\n"})) == 1


def test_long_files(tree):
    assert tree(**{"base/a_test.cpp": "\n" * 600, "base/b.cpp": "\n" * 10}) == []
    violations = tree(**{"base/a_test.cpp": "\n" * 601, "base/b.cpp": "\n" * 401})
    assert "src/base/a_test.cpp: 601 lines, at most 600" in violations
    assert "src/base/b.cpp: 401 lines, at most 400" in violations


def test_long_functions(tree):
    def function(lines):
        return "int f() {\n" + "  g();\n" * lines + "}\n"
    assert tree(**{"base/a.cpp": function(40)}) == []
    assert "a function of 41 lines" in tree(**{"base/a.cpp": function(41)})[0]
    assert len(tree(**{"net/loop/a_test.cpp": function(41)})) == 1  # the one from above: tests may be longer


def test_many_large_files(tree):
    assert any("median" in violation for violation in tree(**{f"base/a{i}.cpp": "\n" * 121 for i in range(5)}))


def test_readmes(tree):
    assert tree(readme=False, **{"base/a.cpp": ""}) == ["src/base: no README.md"]


def test_a_long_readme(tree, tmp_path):
    tree(**{"base/a.cpp": ""})
    (tmp_path / "src/base/README.md").write_text("line\n" * 51)
    assert "more than a screen" in check(str(tmp_path))[0]


def test_a_header_without_its_guard(tree, tmp_path):
    tree(**{"base/a.cpp": ""})
    (tmp_path / "src/base/b.hpp").write_text("int x;\n")
    assert check(str(tmp_path)) == ["src/base/b.hpp: no #pragma once"]


@pytest.mark.parametrize("text, lengths", [
    ("int f() { return 1; }\n", [0]),
    ("namespace a {\nclass B : public C {\n  B(int x) : x_{x}, y_(f()) {\n    g();\n  }\n  int x_{1};\n};\n}\n", [1]),
    ("auto f(int x) -> std::vector<int> {\n  auto g = [&](int y) {\n    return y;\n  };\n}\n", [3]),
    ("constexpr int table[] = {\n  1,\n  2,\n};\nvoid f() noexcept {\n\n}\n", [1]),
    ("const char* text = R\"(}}{{\nvoid f() {\n)\";\nchar brace = '{';\nvoid g() const {\n  h(\"}\");\n}\n", [1]),
    ("#define F(x) do { \\\n  x; \\\n} while (0)\nvoid g() {\n  if (a) {\n    b();\n  }\n}\n", [3]),
    ("template <class T>\n  requires(!std::same_as<T, bool>)\nvoid f(T t) {\n  g(t);\n}\nenum class E : char { a, b };\n", [1]),
    ("void f() {\n  long big = 1'000'000;\n  char c = '\\'';\n}\n", [2]),
])
def test_where_functions_end(text, lengths):
    assert [length for _, length in functions(text)] == lengths


def test_includes_have_their_lines():
    assert includes('#include <vector>\n\n#include "a/b.hpp"\n') == [(1, "vector", False), (3, "a/b.hpp", True)]
