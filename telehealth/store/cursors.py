"""Cursors as they are handed out: sealed, so that they say nothing and nobody else can make one.

A cursor holds ids that the recipient must not have (a session's own id, by which two recipients could join their
files), and names the export whose disclosure it goes on with. It opens only for the question that it was made for:
whoever may not ask that question has no use for it.
"""

import base64
import binascii

from telehealth.core.ids import ProgrammeId

from .attendance import BadCursor
from .sealed import Broken, Keyring


class Cursors:
    """ports.Cursors."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, programme: ProgrammeId, question: str, text: str) -> str:
        sealed = self._keyring.seal(programme, "cursor", question, "text", 0, text)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def unseal(self, programme: ProgrammeId, question: str, cursor: str) -> str:
        try:
            sealed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            return self._keyring.unseal(programme, "cursor", question, "text", 0, sealed)
        except (binascii.Error, UnicodeError, Broken):
            raise BadCursor("This is not a cursor of this question.") from None
