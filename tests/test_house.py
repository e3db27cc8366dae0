"""The written house stays true: what the documents say of layers, settings, messages, routes and locks is compared."""

import ast
import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from telehealth.core.refusals import SENTENCES, Code
from telehealth.edge.messages import ASKS, TELLS
from telehealth.edge.web import ROUTES
from telehealth.settings import Settings, name_of

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "telehealth").rglob("*.py"))
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()


def test_layers_hold() -> None:
    """Arrows point from app to edge to live to media and store to core, and each library has one door."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    """docs/configuration.md has one row for every setting, and no other."""
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(name_of(f.name) for f in fields(Settings))


def test_every_setting_has_a_sentence() -> None:
    """Under each field of `Settings` stands what it means."""
    (settings,) = (
        node
        for node in ast.parse((ROOT / "telehealth" / "settings.py").read_text()).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    for field, after in zip(settings.body, [*settings.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(after, ast.Expr), ast.unparse(field)
            assert isinstance(after.value, ast.Constant), ast.unparse(field)


@pytest.mark.parametrize("name", sorted({**ASKS, **TELLS}))
def test_every_message_has_an_example_and_a_paragraph(name: str) -> None:
    """Each signalling message has one example, read by both languages, and a place in the protocol manual."""
    assert json.loads((ROOT / "tests" / "wire" / f"{name}.json").read_text())
    assert re.search(rf"`{name}`", PROTOCOL), f"docs/protocol.md does not mention {name}"


def test_every_route_is_in_the_protocol() -> None:
    """The table of docs/protocol.md has every HTTP route of the API."""
    for method, path, _ in ROUTES:
        if path.startswith(("/api/", "/healthz", "/readyz", "/metrics")):
            written = re.escape(path).replace(r"\{session\}", r"\{\w+\}")
            assert re.search(rf"`{method} {written}[`?]", PROTOCOL), f"docs/protocol.md lacks {method} {path}"


def test_every_refusal_code_has_a_sentence() -> None:
    """Whoever is refused can be told what to do next."""
    assert set(SENTENCES) == set(Code)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_owns(module: Path) -> None:
    """Each module begins with a docstring."""
    assert ast.get_docstring(ast.parse(module.read_text()))


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"])
def test_python_packages_are_locked_by_hash(lock: str) -> None:
    """Every package has an exact version and hashes, and no address to fetch it from."""
    text = (ROOT / lock).read_text()
    assert "://" not in text
    requirements = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(requirements) > 3
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._\[\]-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_locks_agree() -> None:
    """A package has the same versions in every lock, so that the tests run what the image runs."""
    seen: dict[str, set[str]] = {}
    for lock in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
        versions: dict[str, set[str]] = {}
        for name, version in re.findall(r"^([A-Za-z0-9._-]+)\S*==(\S+)", (ROOT / lock).read_text(), re.MULTILINE):
            versions.setdefault(name, set()).add(version)
        for name, found in versions.items():
            assert seen.setdefault(name, found) == found, name


def test_web_packages_are_locked_by_hash() -> None:
    """Every web package has an integrity hash, and no address to fetch it from."""
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert name == "" or package.get("link") or "integrity" in package, name


def test_every_decision_is_listed() -> None:
    """docs/decisions/README.md links to every decision."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))


@pytest.mark.parametrize("document", ["README.md", *(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(document: str) -> None:
    """Every relative link of a document names a file that exists."""
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target
