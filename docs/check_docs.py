#!/usr/bin/env python3
"""Checks every Markdown file of the project: relative links lead to a file (and, with #, to a heading of it), and every path that is named
is there. Prints one line for each that is not; exits with 1 then.

Named paths are words in backticks, and words in fenced blocks without a language (diagrams), that begin with a folder of the project (src/,
docs/ …) or end in .hpp, .cpp, .py, .sh. A path is there if it is so from the project's root, from the page's folder, or as the end of some
file's path. `<…>`, `…`, `*` and `{` mark patterns, which are passed over.
"""
import os
import re
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSED_OVER = {"build", "data", ".git", "node_modules", ".pytest_cache", "__pycache__"}
FOLDERS = ("src/", "clients/", "docs/", "tests/", "bench/", "fuzz/", "cmake/", "scripts/", ".ci/")
# Written by the build or by a program that the reader runs, so not there in a fresh clone.
MADE_LATER = ("build/", "data/")

FENCE = re.compile(r"^(?:```|~~~)(\S*)")
SOURCE = re.compile(r"[\w./-]+\.(?:hpp|cpp|py|sh)")
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
PATTERN = re.compile(r"[<>…*{}]|\.\.\.")


def files_of(root):
    """Every file of the project, in order; nothing of what is built or kept."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - PASSED_OVER)
        yield from (Path(folder, name) for name in sorted(names))


def markdown_files(root):
    return [path for path in files_of(root) if path.suffix == ".md"]


def lines_of(text):
    """(number, line, language) of each line; language is None in prose, "" in a fenced block that names none."""
    language = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line.lstrip())
        if fence:
            language = fence.group(1) if language is None else None
        else:
            yield number, line, language


def anchor_of(heading):
    """The anchor that code hosts give a heading."""
    plain = re.sub(r"`|\*|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    kept = (c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def anchors_of(path):
    anchors, seen = set(), {}
    for _, line, language in lines_of(path.read_text(encoding="utf-8")):
        match = HEADING.match(line)
        if language is not None or not match:
            continue
        anchor = anchor_of(match.group(1))
        again = seen.get(anchor, 0)
        seen[anchor] = again + 1
        anchors.add(anchor if again == 0 else f"{anchor}-{again}")
    return anchors


def link_problem(page, target):
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    name, _, anchor = target.partition("#")
    file = page if not name else (page.parent / name)
    if not file.exists():
        return f"links to {target}, which is not there"
    if anchor and file.suffix == ".md" and anchor not in anchors_of(file):
        return f"links to {target}, but {file.name} has no such heading"
    return None


class Tree:
    """The project's files, by the ends of their paths."""

    def __init__(self, root):
        self.root = root
        self.names = {}
        for path in files_of(root):
            self.names.setdefault(path.name, []).append("/" + path.relative_to(root).as_posix())

    def has(self, page, path):
        if (self.root / path).exists() or (page.parent / path).exists():
            return True
        return any(end.endswith("/" + path) for end in self.names.get(path.rpartition("/")[2], []))


def path_problem(tree, page, word):
    path = re.sub(r":\d+$", "", word.strip().rstrip(",.;:)").lstrip("(")).partition("#")[0]
    if PATTERN.search(path) or " " in path or path.startswith(MADE_LATER):
        return None
    if not path.startswith(FOLDERS) and not SOURCE.fullmatch(path):
        return None
    return None if tree.has(page, path) else f"names {path}, which is not there"


def problems(root):
    tree = Tree(root)
    for page in markdown_files(root):
        for number, line, language in lines_of(page.read_text(encoding="utf-8")):
            found = []
            if language is None:
                found = [link_problem(page, target) for target in LINK.findall(CODE.sub("", line))]
                found += [path_problem(tree, page, code) for code in CODE.findall(line)]
            elif language == "":
                found = [path_problem(tree, page, word) for word in line.split()]
            for problem in filter(None, found):
                yield f"{page.relative_to(root)}:{number}: {problem}"


def main():
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    found = list(problems(root))
    print("\n".join(found) if found else f"{len(markdown_files(root))} pages, every link and path leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
