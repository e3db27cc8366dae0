"""Where attendance policies come from: the files that ship with the server, and the clinic's own folder.

Reading files is all that happens here; `core/policies.py` says what a policy file may contain. Every version that is
still named by a session that goes on must stay readable, so files are added and never overwritten.
"""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from telehealth.core.attendance import Policy
from telehealth.core.policies import parse

DEFAULT = "iop-default/1"
"""The policy of a session for which nobody chose another."""


def load(folder: Path | None = None) -> dict[str, Policy]:
    """Every policy by its id: the shipped ones and those in `folder`.

    Raises `ValueError` naming the file that is wrong, or that claims an id which means something else already.
    """
    found: dict[str, Policy] = {}
    places: list[Traversable] = [resources.files("telehealth").joinpath("data", "policies")]
    if folder is not None:
        places.append(folder)
    for place in places:
        for file in sorted(place.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".toml"):
                policy = _read(file)
                if found.setdefault(policy.id, policy) != policy:
                    raise ValueError(f"{file.name}: {policy.id} exists with other numbers; give it a new version")
    return found


def _read(file: Traversable) -> Policy:
    try:
        return parse(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValueError as wrong:
        raise ValueError(f"{file.name}: {wrong}") from wrong
