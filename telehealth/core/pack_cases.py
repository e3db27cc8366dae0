"""What rule packs have in common: a name with a version, and test cases that are run when the pack is read.

Must not touch: files.
"""

from collections.abc import Callable

from .toml import Table


def identity(table: Table) -> tuple[str, int, str]:
    name, version = table.name("name"), table.whole("version", 1, 9999)
    return name, version, f"{name}/{version}"


def prove(tests: list[Table], run: Callable[[Table], tuple[object, object]], *, least: int = 1) -> None:
    """Run each test: `run` reads it and gives what it expects and what the rule says."""
    if len(tests) < least:
        raise ValueError("a pack must bring at least one [[test]]")
    for test in tests:
        wanted, got = run(test)
        test.done()
        if wanted != got:
            raise test.wrong(f"expects {wanted} but the rule gives {got}")
