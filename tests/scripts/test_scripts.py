"""What ./run and ./test rely on: the totals, and what is held to be missing."""
import os
import subprocess

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def bash(script, **environment):
    done = subprocess.run(["bash", "-uc", script], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, "root": ROOT, **environment})
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("log, totals", [
    ("ok: a\nok: b\nFAILED: c\nskipped: d\n", "2 1 1"),
    ("[doctest] test cases: 12 | 11 passed | 1 failed | 3 skipped\n[doctest] Status: FAILURE!\nended: unit_tests with 1\n", "11 1 0"),
    ("\x1b[0;36m[doctest] \x1b[0mtest cases: \x1b[0m  4 | \x1b[0;32m  4 passed\x1b[0m | \x1b[0m0 failed\x1b[0m |\n", "4 0 0"),
    ("====== 3 failed, 40 passed, 2 skipped, 1 error in 12.30s ======\nended: pytest with 1\n", "40 4 2"),
    ("41 passed in 0.28s\n", "41 0 0"),
    ("41 passed in 65.28s (0:01:05)\nok: more\n", "42 0 0"),
    ("[doctest] test cases: 5 | 5 passed | 0 failed |\nended: unit_tests with 134\n", "5 1 0"),  # died behind its totals: a sanitizer
    ("Segmentation fault\nended: unit_tests with 139\n", "0 1 0"),
    ("no tests ran in 0.01s\n", "0 1 0"),
    ("", "0 1 0"),
    (" Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 12 passed | 2 skipped | 1 todo (16)\nended: npm test with 1\n", "12 1 3"),
    (" Test Files  9 passed (9)\n\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m40 passed\x1b[39m\x1b[22m\x1b[90m (40)\x1b[39m\n", "40 0 0"),
    ("      Tests  5 passed (5)\n     Errors  1 error\nended: npm test with 1\n", "5 1 0"),  # a promise that nobody caught
    (" Test Files  1 failed (1)\n      Tests  no tests\nended: npm test with 1\n", "0 1 0"),
    (" Test Files  1 failed | 1 passed (2)\n      Tests  5 passed (5)\nended: npm test with 1\n", "5 1 0"),  # one did not load
    ("src/a.ts(1,7): error TS2322\nended: npm run check -w web with 2\n", "0 1 0"),
    ("a test said 7 passed in passing\nok: x\n", "1 0 0"),
])
def test_totals(tmp_path, log, totals):
    path = tmp_path / "log"
    path.write_text(log)
    assert bash(f". scripts/totals.sh; totals_of {path}")[1].strip() == totals


def test_missing_packages(tmp_path):
    fake = tmp_path / "dpkg-query"
    fake.write_text('#!/bin/sh\ncase "$4" in there) echo "ii " ;; removed) echo "rc " ;; *) exit 1 ;; esac\n')
    fake.chmod(0o755)
    listed = tmp_path / "list.txt"
    listed.write_text("# why\nthere\n\nremoved\nnever-heard-of\n")
    code, out, _ = bash(f". scripts/common.sh; missing_packages {listed}", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (code, out.split()) == (0, ["removed", "never-heard-of"])


def test_nothing_missing_asks_for_nothing(tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text("bash\n")
    assert bash(f". scripts/common.sh; as_root() {{ echo asked; }}; install_packages {listed}") == (0, "", "")


def test_failing_apt_is_explained(tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text("never-heard-of\n")
    code, _, err = bash(f". scripts/common.sh; as_root() {{ echo E: no route; return 100; }}; install_packages {listed}")
    assert code == 1
    assert "E: no route" in err and "is there a network" in err


def test_an_unknown_part_is_refused():
    code, _, err = bash("./test no-such-part")
    assert code == 1 and "no-such-part" in err


def test_every_package_stands_once():
    names = []
    for listed in ("build", "test", "node"):
        with open(os.path.join(ROOT, f"scripts/packages-{listed}.txt"), encoding="utf-8") as file:
            names += [line.strip() for line in file if line.strip() and not line.startswith("#")]
    assert len(names) == len(set(names))
