"""The errors of Pilothouse, translated at the edge into each protocol's own shape.

PilothouseError
├── Refused             the caller can mend it; the message may be shown
│   ├── BadRequest      malformed or out of limits
│   │   └── BadFilter   … with a position in the text
│   ├── Unauthenticated
│   ├── Forbidden
│   ├── NotFound
│   ├── Conflict
│   ├── TooLarge
│   └── NotServed       a part of a protocol that is not there
└── Unavailable         try again later; nothing was half-written
    └── Overloaded      the bounded buffer is full
"""


class PilothouseError(Exception):
    """Base of all."""


class Refused(PilothouseError):
    """The request cannot succeed as it is. `str(error)` may be shown to the caller."""

    status = 400
    code = "refused"


class BadRequest(Refused):
    code = "bad_request"


class BadFilter(BadRequest):
    """A filter text that cannot be understood; `position` is an offset into it, in characters."""

    code = "bad_filter"

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class Unauthenticated(Refused):
    status = 401
    code = "unauthenticated"


class Forbidden(Refused):
    status = 403
    code = "forbidden"


class NotFound(Refused):
    status = 404
    code = "not_found"


class Conflict(Refused):
    status = 409
    code = "conflict"


class TooLarge(Refused):
    status = 413
    code = "too_large"


class NotServed(Refused):
    status = 501
    code = "not_served"


class Unavailable(PilothouseError):
    """A store or the server cannot answer now. `retry_after` is in seconds."""

    status = 503

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(Unavailable):
    status = 429
