"""Why a call of a model failed, and what to do about it, in words a person can act on.

ModelFailure
├── RequestRefused      the provider does not take the request as it is
│   └── SchemaRefused   … because of the schema of the answer or of a tool
├── KeyRefused          no key, a wrong one, one that was revoked, or one that may not do this
├── ModelUnknown        nobody there knows this model
├── QuotaSpent          the account has no money or quota left
├── RateLimited         too many requests or tokens for now
├── ProviderFailed      an error on the provider's side
├── Unreachable         no connection came about
│   └── NotAllowed      … because the server may not call this address
│       └── Forbidden   … and never will, as clouds hand out credentials there
├── TooSlow             nothing came in time
├── CutOff              the connection broke in the middle of the answer
├── Malformed           the answer cannot be read
├── ExtraMissing        the provider's package is not installed
├── KeyUnreadable       the stored key was encrypted with another key
└── BudgetSpent         the project's own limit for the day
"""

from pilothouse.domain.errors import Refused

MOST_CHARS = 2_000


class ModelFailure(Refused):
    """`cause` says what happened, `remedy` what to do. The class's `code` is for pages that say the
    remedy in their own language."""

    status = 502
    code = "model_failure"
    remedy = "Try again; if it stays so, look at the provider's status page."
    again = False
    """Whether the same request may succeed in a moment."""
    left_working = False
    """Whether the provider had the request, and may work on it, and count it, without us."""

    def __init__(self, cause: str, remedy: str = "", *, provider_status: int = 0) -> None:
        self.cause = cause.strip().rstrip(".")[:MOST_CHARS] + "."
        self.remedy = remedy or type(self).remedy
        self.provider_status = provider_status
        """The HTTP status of the provider's answer; 0: there was none."""
        # Who answers that it was too slow has stopped.
        self.left_working = self.left_working and not provider_status
        self.retry_after: float | None = None
        """Seconds, as the provider told."""
        super().__init__(f"{self.cause} {self.remedy}")


class RequestRefused(ModelFailure):
    status = 400
    code = "request_refused"
    remedy = "Change what the message names: a parameter, a message or an option of this model."


class SchemaRefused(RequestRefused):
    code = "schema_refused"
    remedy = (
        "Simplify the schema: providers take a subset of JSON Schema, and strict ones want"
        " additionalProperties: false and every property required."
    )


class KeyRefused(ModelFailure):
    status = 400
    code = "key_refused"
    remedy = "Enter a valid key under Settings → Connections, with the right to use this model."


class ModelUnknown(ModelFailure):
    status = 400
    code = "model_unknown"
    remedy = "Check the model's name and the connection's address under Settings → Connections."


class QuotaSpent(ModelFailure):
    status = 400
    code = "quota_spent"
    remedy = "Add credit or raise the limit in the provider's console."


class RateLimited(ModelFailure):
    status = 429
    code = "rate_limited"
    remedy = "Wait a moment, run fewer variants at once, or ask the provider for a higher limit."
    again = True


class ProviderFailed(ModelFailure):
    code = "provider_failed"
    again = True


class Unreachable(ModelFailure):
    code = "unreachable"
    remedy = (
        "Check the connection's address under Settings → Connections, and that its server runs."
    )
    again = True


class NotAllowed(Unreachable):
    status = 400
    code = "address_refused"
    remedy = (
        "Whoever runs this server can allow the address by the setting PILOTHOUSE_OUTBOUND_ALLOW."
    )
    again = False


class Forbidden(NotAllowed):
    code = "address_forbidden"
    remedy = "Enter the address of the provider's API; no setting opens this one."


class TooSlow(ModelFailure):
    status = 504
    code = "too_slow"
    left_working = True
    remedy = "Try again, ask for a shorter answer, or raise the connection's time-out."


class CutOff(ModelFailure):
    code = "cut_off"
    left_working = True
    remedy = "What came so far is kept. Run it again."


class Malformed(ModelFailure):
    code = "malformed"
    remedy = (
        "Check that the address is that of an API of the chosen provider; else report it there."
    )


class ExtraMissing(ModelFailure):
    status = 501
    code = "extra_missing"

    def __init__(self, provider: str, extra: str) -> None:
        super().__init__(
            f"The package for {provider} is not installed on the server",
            f"Whoever runs it: pip install 'pilothouse[{extra}]', then restart.",
        )


class KeyUnreadable(ModelFailure):
    status = 400
    code = "key_unreadable"
    remedy = (
        "Enter the key of this connection again under Settings → Connections. Several servers over one"
        " database need the same PILOTHOUSE_ENCRYPTION_KEY."
    )


class BudgetSpent(ModelFailure):
    status = 429
    code = "budget_spent"
    remedy = "It starts anew at midnight UTC; an admin can raise it under Settings → Connections."
