"""The audit log has one writer, the chained script: read from the scripts themselves, so that a new one is seen."""

import re
from pathlib import Path

import pytest

import telehealth

PACKAGE = Path(telehealth.__file__).parent
SCRIPTS = sorted((PACKAGE / "store/scripts").glob("*.lua"))
WRITES = re.compile(
    r"redis\.call\('(?:X(?!RANGE|REVRANGE|LEN|READ|INFO)\w+|DEL|UNLINK|SET|RENAME|COPY|EXPIRE)', *([\w.\[\]]+)"
)
CHAINED = re.compile(r"\bchained\(([\w.\[\]]+)")
LOCALS = re.compile(r"^local ([\w, ]+) = (KEYS\[.+)$", re.M)


def _key_of_audit(text: str) -> str | None:
    """How the script calls the audit log, by its own list of keys: `KEYS[3]`."""
    said = re.search(r"^-- KEYS  (.+?)(?: {2,}|$)", text, re.M)
    names = [] if said is None else said[1].replace(",", "").split()
    return f"KEYS[{names.index('audit') + 1}]" if "audit" in names else None


def _locals(text: str) -> dict[str, str]:
    """Names that stand for keys."""
    found: dict[str, str] = {}
    for names, values in LOCALS.findall(text):
        found.update(zip(names.split(", "), values.split(", "), strict=True))
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_no_script_writes_to_the_audit_log_by_itself(script: Path) -> None:
    """Whatever is given the audit log adds to it through `chained`, and touches it in no other way."""
    text = script.read_text("utf-8")
    code = "\n".join(line.split("--")[0] for line in text.splitlines())
    audit, names = _key_of_audit(text), _locals(code)
    if script.stem == "chained":
        assert [names.get(one, one) for one in WRITES.findall(code)] == ["stream"]
        return
    linked = {names.get(one, one) for one in CHAINED.findall(code)}
    assert linked == (set() if audit is None else {audit})
    assert audit not in {names.get(one, one) for one in WRITES.findall(code)}


def test_nothing_else_writes_to_it() -> None:
    """No line of Python adds to a stream or takes from one where the audit log is named, and at least ten scripts do it
    as they ought to."""
    assert sum("chained(" in script.read_text("utf-8") for script in SCRIPTS) > 10
    for source in PACKAGE.rglob("*.py"):
        for line in source.read_text("utf-8").splitlines():
            assert not ("keys.audit(" in line and re.search(r'"X(ADD|DEL|TRIM|SETID)"|"DEL"|"UNLINK"', line)), source
