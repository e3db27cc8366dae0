"""The statement of 42 CFR 2.32 that goes with every export that identifies a client. Texts are data files.

The newest version that has taken effect is used; each export names the version, so that later texts change nothing
about earlier exports.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources


@dataclass(frozen=True, slots=True)
class Notice:
    version: str
    effective: date
    short: str
    """2.32(a)(2), one sentence: beside each row."""
    full: str
    """2.32(a)(1)."""


def latest() -> Notice:
    """The shipped notice that took effect last."""
    folder = resources.files("telehealth").joinpath("data", "notices")
    texts = [tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    found = [Notice(t["version"], t["effective"], t["short"].strip(), t["full"].strip()) for t in texts]
    return max(found, key=lambda notice: notice.effective)
