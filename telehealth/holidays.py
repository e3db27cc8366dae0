"""Where public holidays come from: the files that ship with the server. What they mean is in core/closed_days.py."""

import tomllib
from functools import cache
from importlib import resources

from telehealth.core.closed_days import Holiday

DEFAULT = "us-federal"


@cache
def load(name: str = DEFAULT) -> tuple[Holiday, ...]:
    """The public holidays of a file."""
    text = resources.files("telehealth").joinpath("data", "holidays", f"{name}.toml").read_text("utf-8")
    return tuple(Holiday(**one) for one in tomllib.loads(text)["holiday"])
