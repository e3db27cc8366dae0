"""When to ask a camera for a key frame.

Pure: `now` is an argument. Key frames are five to ten times an ordinary frame and hit everybody's link, so one source
is asked at most once in `INTERVAL`, however many receivers want one, and only until one has come.
"""

INTERVAL = 0.5
"""Seconds between two requests to one source; a lost request is repeated after this time."""


class KeyFrameRequests:
    """One video source."""

    __slots__ = ("_asked", "_wanted")

    def __init__(self) -> None:
        self._wanted = False
        self._asked = float("-inf")

    def want(self, now: float) -> bool:
        """A receiver cannot go on without a key frame. True: ask the source now."""
        self._wanted = True
        return self.due(now)

    def due(self, now: float) -> bool:
        """True when a wanted key frame should be asked for now (which is then taken as done)."""
        if not self._wanted or now - self._asked < INTERVAL:
            return False
        self._asked = now
        return True

    def arrived(self) -> None:
        """A key frame began."""
        self._wanted = False
