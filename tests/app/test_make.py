"""What a newcomer meets first: a missing prerequisite is one clear sentence, and `make` alone lists the targets."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*words: str, path: str) -> subprocess.CompletedProcess[str]:
    """A program of the repository with a PATH of the test's choice."""
    return subprocess.run(words, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=False)


def program(folder: Path, name: str, script: str) -> None:
    """Put a program into `folder`."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("what", "programs", "sentence"),
    [
        ("node", {}, "Node.js 20.19 or newer is needed to build the web client and was not found."),
        (
            "node",
            {"node": 'if [ "$1" = --version ]; then echo v18.19.0; else exit 1; fi'},
            "Node.js 20.19 or newer (22.12 or newer in the 22 line) is needed; this is v18.19.0.",
        ),
        ("node", {"node": "exit 0"}, "npm is needed to install the web packages and was not found."),
        (
            "python",
            {},
            "Python 3.11 or newer is needed and was not found (Debian: apt install python3 python3-venv).",
        ),
        (
            "python",
            {"python3": 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi'},
            "Python 3.11 or newer is needed; python3 is Python 3.9.2. Say which with: make PYTHON=/path/to/python3",
        ),
        (
            "python",
            {"python3": 'case "$2" in *ensurepip*) exit 1;; esac'},
            "Python's venv module is missing (Debian: apt install python3-venv).",
        ),
    ],
)
def test_a_missing_prerequisite_is_one_sentence(
    tmp_path: Path, what: str, programs: dict[str, str], sentence: str
) -> None:
    """It says what is needed and what was found."""
    for name, script in programs.items():
        program(tmp_path, name, script)
    done = run("/bin/sh", "scripts/prerequisites", what, "python3", path=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == sentence + "\n"


def test_make_alone_lists_the_targets() -> None:
    """Each documented target is listed with a sentence."""
    done = run("make", path=os.environ["PATH"])
    assert done.returncode == 0
    for target in ("setup", "run", "check", "test"):
        assert f"  make {target} " in done.stdout


def test_the_chromium_of_the_environment_comes_first(tmp_path: Path) -> None:
    """scripts/chromium prints the browser that the tests will drive."""
    program(tmp_path, "my-chromium", "exit 0")
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "chromium"],
        env={"PATH": os.environ["PATH"], "CHROMIUM": str(tmp_path / "my-chromium")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(tmp_path / "my-chromium")


def test_a_missing_turn_relay_is_one_sentence(tmp_path: Path) -> None:
    """scripts/coturn fails where it can install none, and says what is needed."""
    program(tmp_path, "id", "echo 1000")
    done = run("/bin/sh", "scripts/coturn", path=str(tmp_path))
    assert done.returncode == 1
    needed = "coturn's turnserver is needed for the tests of the TURN relay and was not found"
    assert done.stderr == f"{needed} (Debian: apt install coturn).\n"
    program(tmp_path, "turnserver", "exit 0")
    assert run("/bin/sh", "scripts/coturn", path=str(tmp_path)).returncode == 0
