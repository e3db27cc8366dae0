"""What a person may be told when the answer is no: a stable code, and one sentence that says what to do.

The codes are part of the protocol (docs/protocol.md) and never change meaning. The sentences are English defaults;
the web client has its own, by code.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Why something was refused."""

    MALFORMED = "malformed"
    UNKNOWN_MESSAGE = "unknown_message"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    NOT_NOW = "not_now"
    INTERNAL = "internal"
    LINK_NOT_VALID = "link_not_valid"
    CHECK_IN_MISSING = "check_in_missing"
    CONSENT_MISSING = "consent_missing"
    NOT_IN_ROOM = "not_in_room"
    NO_SUCH_MEMBER = "no_such_member"
    NO_SUCH_THING = "no_such_thing"
    NOT_OPEN_YET = "not_open_yet"
    LOCKED = "locked"
    FULL = "full"
    REMOVED = "removed"
    ENDED = "ended"
    CANCELLED = "cancelled"
    IMPOSSIBLE = "impossible"
    STALE = "stale"
    ALREADY_SIGNED = "already_signed"
    NOTE_INCOMPLETE = "note_incomplete"
    NO_MEDIA = "no_media"
    SIDE_ROOM_TAKEN = "side_room_taken"
    BREAKOUTS_OPEN = "breakouts_open"
    ALARM_OPEN = "alarm_open"
    UNREADABLE = "unreadable"
    QUIET = "quiet"
    LOOKED_AT = "looked_at"
    NOBODY_HERE = "nobody_here"


SENTENCES: dict[Code, str] = {
    Code.MALFORMED: "This page sent something that the server does not understand. Reload the page.",
    Code.UNKNOWN_MESSAGE: "This page is older than the server. Reload the page.",
    Code.TOO_LARGE: "That is too large to send.",
    Code.TOO_MANY: "That was too fast. Wait a moment, then try again.",
    Code.NOT_SIGNED_IN: "You are signed out. Open your link again, or sign in.",
    Code.NOT_ALLOWED: "You cannot do that in this session.",
    Code.NOT_NOW: "Not now: the record cannot be written at the moment. Try again in a few seconds.",
    Code.INTERNAL: "Something went wrong on our side. Try again.",
    Code.LINK_NOT_VALID: "This link cannot be used now. Ask the person who sent it for a new one.",
    Code.CHECK_IN_MISSING: "Please answer the questions about today first.",
    Code.CONSENT_MISSING: "No consent of this person is on file. Ask them to sign, or admit them and say why.",
    Code.NOT_IN_ROOM: "You are not in this session any more. Reload the page to come back.",
    Code.NO_SUCH_MEMBER: "That person is not in the session.",
    Code.NO_SUCH_THING: "There is nothing here.",
    Code.NOT_OPEN_YET: "The session has not opened yet. Come back a few minutes before it starts.",
    Code.LOCKED: "The session is closed to new arrivals. Call the clinic if you should be in it.",
    Code.FULL: "The session is full. Call the clinic.",
    Code.REMOVED: "You have left this session. The staff can let you back in; call the clinic.",
    Code.ENDED: "The session has ended.",
    Code.CANCELLED: "This session does not take place.",
    Code.IMPOSSIBLE: "The schedule cannot be changed in this way.",
    Code.STALE: "Somebody else changed this meanwhile. Compare both, then save again.",
    Code.ALREADY_SIGNED: "This note is signed and cannot be changed.",
    Code.NOTE_INCOMPLETE: "The note cannot be signed yet.",
    Code.NO_MEDIA: "No media server is free at the moment. Trying again.",
    Code.ALARM_OPEN: "Somebody whom you look after is gone. Close that first, or go on with the steps.",
    Code.QUIET: "It is quiet now. You can speak when a host asks you to, or when it is over.",
    Code.LOOKED_AT: "Another host is looking in on this person.",
    Code.NOBODY_HERE: "Nobody of the staff is here yet who could read it. Try again when they are.",
    Code.BREAKOUTS_OPEN: "The group is in breakout rooms already.",
    Code.UNREADABLE: "This file cannot be read. Save it anew as a PDF without a password, then try again.",
    Code.SIDE_ROOM_TAKEN: "Somebody else is in the side room. Bring them back first.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer no, to one asker. Nothing was changed."""

    code: Code

    @property
    def sentence(self) -> str:
        """One English sentence that says what to do next."""
        return SENTENCES[self.code]
