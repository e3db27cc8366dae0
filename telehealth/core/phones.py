"""Phone numbers as people write them, as gateways want them, and whether two are the same.

A number without a country's code is one of the North American plan (+1), where the clinics of this product are. Must
not touch: whether somebody answers there.
"""

import re

STOPS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "parar", "cancelar", "baja"})
"""The one word by which somebody says, as carriers have taught them to, that they want no more text messages."""


def e164(text: str) -> str:
    """`+12175550100`; empty for what is no number."""
    digits = re.sub(r"[ ()./-]", "", text.strip().split("x")[0])
    if re.fullmatch(r"\+[1-9][0-9]{7,14}", digits):
        return digits
    if re.fullmatch(r"1?[2-9][0-9]{9}", digits):
        return f"+1{digits[-10:]}"
    return ""


def stops(text: str) -> bool:
    """Whether a text message says that there should be no more: the word alone, as it is usual."""
    return re.sub(r"[\W_]+", "", text).casefold() in STOPS
