"""How the page is built: which Node.js will do, what is done once, and what happens where something is missing."""
import os
import shutil
import subprocess

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
# A clone with a page, and an npm that notes what it is asked and "builds" one file.
NPM = r"""#!/bin/sh
echo "$*" >> "$CLONE/asked"
case "$1" in
  ci) [ -z "${OFFLINE:-}" ] || { echo "npm error ECONNREFUSED" >&2; exit 1; }; mkdir -p "$CLONE/node_modules" ;;
  run) [ -z "${BROKEN:-}" ] || { echo "error TS1005 in main.ts" >&2; exit 1; }
       mkdir -p "$CLONE/build/page"; cat "$CLONE/web/main.ts" > "$CLONE/build/page/index.html" ;;
esac
"""


@pytest.fixture(name="clone")
def fixture_clone(tmp_path):
    files = {"web/package.json": "{}", "web/main.ts": "one", "sdk/index.ts": "", "package.json": "{}",
             "package-lock.json": "{}", "scripts/node.txt": "node==1\n", "scripts/packages-node.txt": "bash\n",
             **{f"docs/{name}": "" for name in ("errors.md", "protocol.md", "openapi.yaml", "asyncapi.yaml")}}
    for path, text in files.items():
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    tools = tmp_path / "tools"
    tools.mkdir()
    provide(tools, "npm", NPM)
    provide(tools, "node", "#!/bin/sh\necho v24.1.0\n")
    return tmp_path


def provide(directory, name, text):
    (directory / name).write_text(text)
    (directory / name).chmod(0o755)


def bash(clone, script, **environment):
    sourced = f'. "{ROOT}/scripts/common.sh"; . "{ROOT}/scripts/node.sh"; {script}'
    own = {"root": str(clone), "CLONE": str(clone), "PATH": f"{clone}/tools:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-uc", sourced], cwd=clone, capture_output=True, text=True, check=False, timeout=60,
                          env={**os.environ, **own, **environment})
    return done.returncode, done.stdout, done.stderr


def asked(clone):
    """What npm was asked since the last time, by its first words."""
    file = clone / "asked"
    lines = file.read_text().splitlines() if file.exists() else []
    file.write_text("")
    return [line.split()[0] for line in lines]


@pytest.mark.parametrize("version, good", [
    ("v20.19.0", True), ("v20.20.2", True), ("v20.18.9", False), ("v18.20.4", False), ("v21.7.3", False),
    ("v22.11.0", False), ("v22.12.0", True), ("v24.1.0", True), ("v100.0.0", True), ("", False), ("nonsense", False)])
def test_which_node_will_do(clone, version, good):
    provide(clone / "tools", "node", f"#!/bin/sh\necho {version}\n")
    assert (bash(clone, "node_will_do")[0] == 0) == good


def test_the_page_is_built_once_and_again_when_its_sources_change(clone):
    assert bash(clone, "build_page")[0] == 0
    assert asked(clone) == ["ci", "run"]
    assert bash(clone, "build_page") == (0, "", "")
    assert asked(clone) == []
    (clone / "web" / "main.ts").write_text("two")
    assert bash(clone, "build_page")[0] == 0
    assert asked(clone) == ["run"], "the packages are the same"
    assert (clone / "build" / "page" / "index.html").read_text() == "two"
    (clone / "docs" / "errors.md").write_text("one more")
    assert bash(clone, "build_page")[0] == 0
    assert asked(clone) == ["run"], "the page shows the documents"
    (clone / "package-lock.json").write_text('{"new":1}')
    assert bash(clone, "build_page")[0] == 0
    assert asked(clone) == ["ci", "run"]


def test_what_tools_leave_behind_is_no_source(clone):
    bash(clone, "build_page")
    asked(clone)
    for path in ("web/node_modules/x/y.js", "sdk/dist/index.js", "web/coverage/lcov.info", "web/tsconfig.tsbuildinfo"):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text("x")
    assert bash(clone, "build_page")[0] == 0
    assert asked(clone) == []
    (clone / "web" / "new.ts").write_text("x")
    bash(clone, "build_page")
    assert asked(clone) == ["run"]


def test_a_page_that_is_there_needs_no_node(clone):
    bash(clone, "build_page")
    provide(clone / "tools", "node", "#!/bin/sh\nexit 1\n")
    assert bash(clone, "build_page") == (0, "", "")


@pytest.mark.parametrize("trouble, said", [({"OFFLINE": "1"}, "ECONNREFUSED"), ({"BROKEN": "1"}, "TS1005")])
def test_a_failure_is_explained_ends_nothing_and_is_tried_again(clone, trouble, said):
    code, out, err = bash(clone, "build_page; echo went on with $?", **trouble)
    assert code == 0 and out.endswith("went on with 1\n")
    assert said in err and "godwit: " in err
    assert bash(clone, "build_page")[0] == 0


def test_without_a_node_and_without_the_registry_the_server_goes_without_a_page(clone):
    provide(clone / "tools", "node", "#!/bin/sh\necho v18.0.0\n")
    provide(clone / "tools", "python3", "#!/bin/sh\necho no route to the registry >&2; exit 1\n")
    code, out, err = bash(clone, "build_page; echo went on with $?")
    assert code == 0 and out.endswith("went on with 1\n")
    assert "no route to the registry" in err and "20.19" in err
    assert not (clone / "build" / "page").exists() and asked(clone) == []


def test_a_half_fetched_node_is_fetched_again(clone):
    provide(clone / "tools", "node", "#!/bin/sh\necho v18.0.0\n")
    half = r"""#!/bin/sh
echo "$*" >> "$CLONE/fetched"
[ "$2" != pip ] || exit 1
[ "$1" != -m ] || { mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }
"""
    provide(clone / "tools", "python3", half)
    assert bash(clone, "build_page")[0] == 1
    first = (clone / "fetched").read_text()
    assert "install" in first, "pip was asked"
    assert bash(clone, "build_page")[0] == 1
    assert (clone / "fetched").read_text() == first * 2


def table_of(clone, **environment):
    table = clone / "table.cpp"
    script = os.path.join(ROOT, "cmake", "embed_page.cmake")
    command = ["cmake", "-D", f"page={clone}/build/page", "-D", f"table={table}", "-P", script]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return table


def test_the_embedded_table_follows_the_page(clone):
    page = clone / "build" / "page"
    (page / "assets").mkdir(parents=True)
    (page / "assets" / "a.js").write_text("let a;")
    assert "assets" not in table_of(clone).read_text(), "without an index it is no page"
    (page / "index.html").write_text("<html>")
    (page / "index.html.br").write_text("br")
    (page / ".sources").write_text("no file of the page")
    text = table_of(clone).read_text()
    assert '{"/assets/a.js", view(' in text and '{"/index.html", view(' in text and ".sources" not in text
    assert '"/index.html.br"' not in text and "index.html.br" in text
    before = table_of(clone).stat().st_mtime_ns
    assert table_of(clone).stat().st_mtime_ns == before, "nothing changed, nothing to compile"
    (page / "assets" / "a.js").write_text("let b;")
    assert table_of(clone).read_text() != text
    assert "index.html" not in table_of(clone, GODWIT_NO_PAGE="1").read_text()


def test_the_descriptions_of_the_protocol_are_in_the_binary_with_a_page_or_without(clone):
    page, docs = clone / "build" / "page", os.path.join(ROOT, "docs")
    page.mkdir(parents=True)
    assert f'"{docs}/openapi.yaml"' in table_of(clone).read_text()
    (page / "openapi.yaml").write_text("of another day")
    (page / "openapi.yaml.br").write_text("br")
    old = table_of(clone, GODWIT_NO_PAGE="1").read_text()
    assert f'"{docs}/openapi.yaml"' in old and ".br" not in old, "what is shown is never older than the server"
    shutil.copy(os.path.join(docs, "openapi.yaml"), page / "openapi.yaml")
    assert f'"{page}/openapi.yaml.br"' in table_of(clone).read_text()
