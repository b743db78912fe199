#!/usr/bin/env python3
"""Holds src/ and clients/ to the house as drawn: who includes whom, sizes, READMEs. One line for each violation; 1 if there is any.

    check_layers.py [ROOT] [--self-contained]    the latter also compiles every header by itself (slow)
"""
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from house import HOUSE, LIMITS, PORT_ENDINGS, TEST_ENGINE  # noqa: E402
from source import functions, includes  # noqa: E402

POSIX = re.compile(r"^(sys/|netinet/|arpa/|linux/)|^(unistd|fcntl|pthread|poll|netdb|signal|termios|dirent|pwd|sched|langinfo|malloc)\.h$")


def room_of(path):
    """The innermost room that a file lies in, by the path that others include it by; None for none."""
    rooms = [room for room in HOUSE if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def is_test(path):
    """Test code: the files themselves, and the helpers that only they include."""
    name = os.path.basename(path)
    return name.endswith(("_test.cpp", "_test.hpp", "_suite.cpp", "_suite.hpp", "_scratch.hpp", "_fixture.hpp")) or name.startswith(("fake_", "testing_", "test_bed"))


def shown(path):
    """Where a file of the tree lies below the project's root: clients/ is included by that name, src/ without it."""
    return path if path.startswith("clients/") else f"src/{path}"


class Tree:
    """The sources of src/ and clients/, read once; by the paths that others include them by."""

    def __init__(self, root):
        self.root = root
        self.texts, self.folders = {}, {}
        for top, below in (("src", os.path.join(root, "src")), ("clients", root)):
            for folder, _, names in os.walk(os.path.join(root, top)):
                inside = os.path.relpath(folder, below)
                self.folders[os.path.relpath(folder, root)] = sorted(names)
                for name in names:
                    if name.endswith((".cpp", ".hpp")):
                        path = name if inside == "." else f"{inside}/{name}"
                        with open(os.path.join(folder, name), encoding="utf-8") as file:
                            self.texts[path] = file.read()

    def plain(self, header, seen=None):
        """Whether a header of net brings no library of net's with it."""
        seen = seen if seen is not None else set()
        if header in seen:
            return True
        seen.add(header)
        paths = [path for _, path, _ in includes(self.texts.get(header, ""))]
        return not any(path.startswith(("boost/", "openssl/", "grpcpp/", "google/")) for path in paths) and all(
            self.plain(path, seen) for path in paths if path.startswith("net/"))


def may_include(tree, path, target):
    """Whether the file at `path` may include the header `target` of this source tree."""
    room, owner = HOUSE[room_of(path)], room_of(target)
    if owner == room_of(path) or target in room.headers or "*" in room.rooms or owner in room.rooms:
        return True
    if owner is not None and owner.startswith("net/") and "net:plain" in room.rooms:
        return tree.plain(target)
    if f"{owner}:ports" in room.rooms and (target.endswith(PORT_ENDINGS) or is_test(path)):
        return True
    return is_test(path) and (target.endswith(("_suite.hpp", "_fixture.hpp")) or owner == TEST_ENGINE)


def may_use(path, header):
    """Whether the file may include what is not of this tree."""
    room = HOUSE[room_of(path)]
    if "/" not in header and "." not in header:
        return True  # the C++ standard library
    if POSIX.match(header):
        return room.system or is_test(path)
    return header.startswith(room.libraries) if room.libraries and header.startswith(room.libraries) else (
        is_test(path) and header.startswith(("doctest/", "fmt/", "live/")))


def check_includes(tree):
    for path, text in sorted(tree.texts.items()):
        if room_of(path) is None:
            yield f"{shown(path)}: lies in no room of the house (tests/layers/house.py)"
            continue
        for line, target, _ in includes(text):
            where = f"{shown(path)}:{line}"
            if target in tree.texts:
                if not may_include(tree, path, target):
                    yield f"{where}: {room_of(path)} may not include {target}"
            elif room_of(target) is not None:
                yield f"{where}: {target} does not exist"
            elif not may_use(path, target):
                yield f"{where}: {room_of(path)} may not use {target}"


def check_sizes(tree):
    for path, text in sorted(tree.texts.items()):
        lines, most = text.count("\n"), LIMITS["test_file" if is_test(path) else "file"]
        if lines > most:
            yield f"{shown(path)}: {lines} lines, at most {most}"
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > LIMITS["line"] and 'R"(' not in line:
                yield f"{shown(path)}:{number}: {len(line)} columns, at most {LIMITS['line']}"
        if path.endswith(".hpp") and "#pragma once" not in text:
            yield f"{shown(path)}: no #pragma once"
        for line, length in functions(text):
            if length > LIMITS["function"] and not is_test(path):
                yield f"{shown(path)}:{line}: a function of {length} lines, at most {LIMITS['function']}"
    sizes = sorted(text.count("\n") for path, text in tree.texts.items() if not is_test(path))
    for name, place in (("median", 0.5), ("nine_of_ten", 0.9)):
        if sizes and sizes[int((len(sizes) - 1) * place)] > LIMITS[name]:
            yield f"src: the {name} of file sizes is {sizes[int((len(sizes) - 1) * place)]} lines, at most {LIMITS[name]}"


def check_readmes(tree):
    for folder, names in sorted(tree.folders.items()):
        if not any(name.endswith((".cpp", ".hpp")) for name in names):
            continue
        if "README.md" not in names:
            yield f"{folder}: no README.md"
            continue
        with open(os.path.join(tree.root, folder, "README.md"), encoding="utf-8") as file:
            lines = len(file.readlines())
        if lines > LIMITS["readme"]:
            yield f"{folder}/README.md: {lines} lines, more than a screen ({LIMITS['readme']})"


def check_self_contained(tree):
    for path in sorted(tree.texts):
        if path.endswith(".hpp"):
            command = ["clang++-19", "-std=c++23", "-fsyntax-only", "-Wno-pragma-once-outside-header", f"-I{tree.root}/src", f"-I{tree.root}",
                       os.path.join(tree.root, shown(path))]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                yield f"{shown(path)}: not self-contained: {done.stderr.splitlines()[0]}"


def check(root, self_contained=False):
    """Every violation below `root`, one line each."""
    tree = Tree(root)
    checks = [check_includes, check_sizes, check_readmes] + ([check_self_contained] if self_contained else [])
    return [violation for one in checks for violation in one(tree)]


def main(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    roots = [argument for argument in arguments if not argument.startswith("--")]
    violations = check(roots[0] if roots else os.path.join(here, "..", ".."), "--self-contained" in arguments)
    print(*violations, sep="\n", end="\n" if violations else "")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
