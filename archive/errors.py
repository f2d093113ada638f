"""What can go wrong, by its meaning; which HTTP status that is, ``archive.http`` knows."""

from collections.abc import Sequence


class MogaoError(Exception):
    """Any fault whose message may be shown to the person who met it."""


class NotFound(MogaoError):
    """Nothing here bears that identifier."""


class Gone(NotFound):
    """It was here and was withdrawn: its tombstone answers."""


class Invalid(MogaoError):
    """What was given can't be taken as it is; the message names the thing and the remedy."""


class Refused(Invalid):
    """What was given is wrong in one or more places.

    ``faults`` are pairs: where, as a JSON pointer (RFC 6901), and what is wrong, with the remedy.
    """

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {detail}" if path else detail for path, detail in faults))
        self.faults = tuple(faults)


class Conflict(MogaoError):
    """Another thing already holds that name, or changed it meanwhile."""


class Misplaced(Conflict):
    """Bytes of an upload that do not begin where it ends: at ``offset``."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload goes on at byte {offset}: send it from there")
        self.offset = offset


class TooLarge(Invalid):
    """It has more bytes than are taken."""


class Outdated(MogaoError):
    """It has changed since the one who wants to change it saw it."""


class Unconditional(MogaoError):
    """A change that does not say which state it changes: another's could be lost."""


class Unauthenticated(MogaoError):
    """It needs a token that is known here and still holds."""


class Forbidden(MogaoError):
    """The policy does not let this reader have it."""


class Unavailable(MogaoError):
    """It can't be done now: work is pending, or a part that is needed does not answer."""

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Full(Unavailable):
    """There is no room left on a disk: free some, and do it again."""
