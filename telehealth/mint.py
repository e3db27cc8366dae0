"""Fresh ids for people, sessions and series: random, opaque, and safe wherever a record may be taken.

Hexadecimal, because base64 would begin one id in 64 with a dash: a spreadsheet takes that for a formula, and the guard
against it (edge/formats.py) would change the id in the CSV of an export.
"""

import secrets


def fresh_id() -> str:
    """96 random bits as 24 hexadecimal digits."""
    return secrets.token_hex(12)
