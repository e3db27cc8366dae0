"""The group agreement: what a client agrees to before each session, as a numbered text that never changes once used.

The texts are files, `telehealth/data/agreements/group-N.txt`; the version on a check-in is `group/N`. A new wording is
a new file, and everybody is asked again. Texts that were ever in use stay, because records name them.
"""

import re
from dataclasses import dataclass
from importlib import resources

_FILE = re.compile(r"group-([1-9][0-9]*)\.txt")


@dataclass(frozen=True, slots=True)
class Agreement:
    version: str
    text: str
    """Paragraphs, with an empty line between them."""


def text_of(version: str) -> str | None:
    """The text of a version that was accepted once; None if there is none of that name."""
    name = f"{version.replace('/', '-')}.txt"
    if not _FILE.fullmatch(name):
        return None
    file = resources.files("telehealth").joinpath("data", "agreements", name)
    return file.read_text(encoding="utf-8").strip() if file.is_file() else None


def latest() -> Agreement:
    """The agreement that is asked for now."""
    texts = {
        int(match[1]): file.read_text(encoding="utf-8").strip()
        for file in resources.files("telehealth").joinpath("data", "agreements").iterdir()
        if (match := _FILE.fullmatch(file.name))
    }
    number = max(texts)
    return Agreement(f"group/{number}", texts[number])
