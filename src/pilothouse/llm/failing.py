"""From what a provider or the network said to one of our failures."""

import json
import re
from collections.abc import Mapping

import httpx

from pilothouse.llm.connections import Connection
from pilothouse.llm.failures import (
    CutOff,
    Forbidden,
    KeyRefused,
    Malformed,
    ModelFailure,
    ModelUnknown,
    NotAllowed,
    ProviderFailed,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    SchemaRefused,
    TooSlow,
    Unreachable,
)
from pilothouse.outbound.policy import AddressForbidden, AddressRefused

_SCHEMA = re.compile(r"schema|response_format|output_config|responseMimeType", re.IGNORECASE)
_MODEL = re.compile(
    r"model\b.{0,120}(not (found|exist|available|supported)|does ?n.t exist|unknown|invalid)"
    r"|(unknown|invalid|no such|unsupported) model|model identifier is invalid",
    re.IGNORECASE | re.DOTALL,
)
_KEY = re.compile(r"api.?key|unauthorized|credential|security token|signature", re.IGNORECASE)
_QUOTA = re.compile(
    r"insufficient|exceeded your current quota|billing|balance|credit", re.IGNORECASE
)


def from_answer(
    provider: str,
    model: str,
    status: int,
    message: str,
    *,
    code: str = "",
    headers: Mapping[str, str] | None = None,
) -> ModelFailure:
    """Of an answer with that status; 0 where the failure came in the middle of a stream."""
    answered = f"answered {status}" if status else "broke off with an error"
    kind = _kind(status, message, code)
    cause = f"{provider} {answered}: {message}"
    if kind is ModelUnknown:
        cause = f"{provider} does not know the model {model!r}: {message}"
    failure = kind(cause, provider_status=status)
    if headers:
        failure.retry_after = _seconds(headers)
    return failure


def _kind(status: int, message: str, code: str) -> type[ModelFailure]:
    if code == "insufficient_quota" or status == 402:
        return QuotaSpent
    if code in ("model_not_found", "ModelNotFound", "DeploymentNotFound"):
        return ModelUnknown
    match status:
        case 401 | 403:
            return KeyRefused
        case 404:
            return ModelUnknown
        case 408:
            return TooSlow
        case 429:
            return QuotaSpent if _QUOTA.search(message) else RateLimited
        case _ if 300 <= status < 400:
            return Malformed
        case _ if 400 <= status < 500:
            return _refused(message)
        case _:
            return ProviderFailed


def _refused(message: str) -> type[ModelFailure]:
    if _MODEL.search(message):
        return ModelUnknown
    if _SCHEMA.search(message):
        return SchemaRefused
    return KeyRefused if _KEY.search(message) else RequestRefused


def from_connection(connection: Connection, error: BaseException) -> ModelFailure:
    """Of an error of the network, however deep a package has wrapped it."""
    provider = connection.provider.name
    where = connection.base_url or provider
    for each in _chain(error):
        match each:
            case ModelFailure():
                return each
            case AddressForbidden():
                return Forbidden(str(each))
            case AddressRefused():
                return NotAllowed(str(each))
            case httpx.PoolTimeout():
                return Unreachable(f"no connection to {provider} was free in time")
            case httpx.ReadTimeout() | httpx.WriteTimeout():
                return TooSlow(f"{provider} sent nothing for {connection.timeout:.0f} seconds")
            case httpx.ConnectTimeout():
                return Unreachable(f"{where} did not take the connection in time")
            case httpx.ConnectError():
                return Unreachable(f"{where} cannot be reached: {each}")
            case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError():
                return CutOff(f"The connection to {provider} broke: {each}")
            case json.JSONDecodeError() | httpx.DecodingError():
                return Malformed(f"The answer of {provider} cannot be read: {each}")
            case _:
                continue
    return Unreachable(f"{where} cannot be reached: {error}")


def _chain(error: BaseException | None):
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _seconds(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers.get(name, "")) * unit)
        except ValueError:
            continue  # a date tells no more than that one should wait
    return None
