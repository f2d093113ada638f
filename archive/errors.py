"""What can go wrong, by its meaning; which HTTP status that is, ``archive.http`` knows."""


class MogaoError(Exception):
    """Any fault whose message may be shown to the person who met it."""


class NotFound(MogaoError):
    """Nothing here bears that identifier."""


class Gone(NotFound):
    """It was here and was withdrawn: its tombstone answers."""


class Invalid(MogaoError):
    """What was given can't be taken as it is; the message names the thing and the remedy."""


class Conflict(MogaoError):
    """Another thing already holds that name, or changed it meanwhile."""


class Forbidden(MogaoError):
    """The policy does not let this reader have it."""


class Unavailable(MogaoError):
    """It can't be done now: work is pending, or a part that is needed does not answer."""

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
