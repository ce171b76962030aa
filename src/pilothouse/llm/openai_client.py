"""The official package of OpenAI, loaded when it is first used."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx

from pilothouse.llm.connections import Connection
from pilothouse.llm.failing import from_answer, from_connection
from pilothouse.llm.failures import Malformed
from pilothouse.llm.request import Request

_NO_KEY = "none"
"""Servers of one's own need no key, and the package wants one."""


def of(connection: Connection, http: httpx.AsyncClient) -> Any:
    """A client that takes nothing from the server's own environment."""
    import openai

    given: dict[str, Any] = {
        "api_key": connection.secret.key or _NO_KEY,
        "http_client": http,
        "max_retries": 0,  # the door tries again by itself
        "timeout": http.timeout,
        "default_headers": dict(connection.secret.headers),
    }
    client: Any
    if connection.provider.id == "azure" and "/openai/v1" not in connection.base_url:
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=connection.base_url.removesuffix("/openai/deployments"),
            api_version=connection.api_version,
            **given,
        )
        client._azure_ad_token = None
    else:
        client = openai.AsyncOpenAI(base_url=connection.base_url, **given)
    client._custom_headers = dict(connection.secret.headers)
    client.organization = connection.options.get("organization")
    client.project = connection.options.get("project")
    return client


@contextmanager
def failing(connection: Connection, request: Request) -> Generator[None, None, None]:
    """Turns the package's errors into ours."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise from_answer(
            connection.provider.name,
            request.model,
            error.status_code,
            _message(error),
            code=str(error.code or ""),
            headers=error.response.headers,
        ) from error
    except openai.APIConnectionError as error:
        raise from_connection(connection, error) from error
    except openai.APIError as error:
        # In the middle of a stream, where there is no status any more.
        raise from_answer(
            connection.provider.name,
            request.model,
            _status_in(error),
            _message(error),
            code=str(error.code or ""),
        ) from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise from_connection(connection, error) from error
    except (ValueError, TypeError, AttributeError, openai.OpenAIError) as error:
        raise Malformed(
            f"The answer of {connection.provider.name} cannot be read: {error}"
        ) from error


def _message(error: Any) -> str:
    body = _body(error)
    return str(body.get("message") or body.get("detail") or body.get("error") or error.message)


def _status_in(error: Any) -> int:
    """Some put a status into the error that they stream."""
    told = str(_body(error).get("code") or _body(error).get("status"))
    return int(told) if told.isdecimal() and 400 <= int(told) < 600 else 0


def _body(error: Any) -> dict[str, Any]:
    return error.body if isinstance(error.body, dict) else {}
