"""Whatever goes wrong says what happened and what to do, and never tells a key."""

import asyncio
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.messages import Message, Part
from pilothouse.llm import failures
from pilothouse.llm.connections import Connection, checked
from pilothouse.llm.door import Call, Door
from pilothouse.llm.embeddings import Embedding
from pilothouse.llm.failures import ModelFailure
from pilothouse.llm.request import Tool
from pilothouse.outbound.policy import Policy
from pilothouse.outbound.transport import Outbound
from pilothouse.pricing import PriceBook
from pilothouse.store.relational import model_spend
from tests.unit.llm.calling import KEY, call, connection, database, failure, request
from tests.unit.llm.provider import Answer, Standing, chat, events, frames, said_json
from tests.unit.llm.test_providers import SPOKEN, Spoken, each_provider, to

_GOOGLE = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 500: "INTERNAL"}


def refused(spoken: Spoken, status: int, message: str, **headers: str) -> Answer:
    """The provider's own shape of an error."""
    match spoken.provider:
        case "anthropic":
            body: Any = {"type": "error", "error": {"type": "some_error", "message": message}}
        case "gemini":
            word = _GOOGLE.get(status, "UNKNOWN")
            body = {"error": {"code": status, "message": message, "status": word}}
        case "bedrock":
            body = {"message": message}
        case _:
            body = {"error": {"message": message, "type": "some_error", "code": None}}
    return said_json(status, body, **headers)


@each_provider
@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "temperature must be below 2", failures.RequestRefused),
        (400, "Invalid schema for response_format: unknown keyword", failures.SchemaRefused),
        (400, "The provided model identifier is invalid.", failures.ModelUnknown),
        (401, "invalid credentials", failures.KeyRefused),
        (403, "you may not use this", failures.KeyRefused),
        (404, "model-x is not found", failures.ModelUnknown),
        (429, "slow down", failures.RateLimited),
        (429, "You exceeded your current quota", failures.QuotaSpent),
        (500, "it broke", failures.ProviderFailed),
        (503, "overloaded", failures.ProviderFailed),
    ],
)
def test_what_the_provider_refuses_is_told_with_a_remedy(
    provider: Standing, spoken: Spoken, status: int, message: str, kind: type[ModelFailure]
) -> None:
    provider.answers = [refused(spoken, status, message)]
    told = failure(to(provider, spoken), request())
    assert type(told) is kind
    assert message in told.cause
    assert told.remedy
    assert told.provider_status == status


@each_provider
def test_a_key_that_the_provider_repeats_is_not_told(provider: Standing, spoken: Spoken) -> None:
    provider.answers = [refused(spoken, 401, f"Incorrect API key provided: {KEY}")]
    told = failure(to(provider, spoken), request())
    assert KEY not in str(told) + told.cause + repr(told) + str(told.args)
    assert "…" in told.cause


@each_provider
def test_a_connection_that_is_cut_keeps_what_came(provider: Standing, spoken: Spoken) -> None:
    first = list(spoken.text.pieces)[:-2]
    provider.answers = [Answer(first, content_type=spoken.text.content_type, cut=True)]
    state = Call(request())
    with pytest.raises(failures.CutOff):
        call(to(provider, spoken), state.request, state=state)
    assert state.answer.reasoning == spoken.thinks
    assert state.ended


@each_provider
def test_a_stream_without_an_end_is_cut_off(provider: Standing, spoken: Spoken) -> None:
    pieces = list(spoken.text.pieces)
    keep = {"chat": 4, "responses": 4, "anthropic": 8, "gemini": 2, "bedrock": 6}
    name = next(key for key, value in SPOKEN.items() if value is spoken)
    provider.answers = [Answer(pieces[: keep[name]], content_type=spoken.text.content_type)]
    assert isinstance(failure(to(provider, spoken), request()), failures.CutOff)


@each_provider
def test_what_is_no_answer_is_malformed(provider: Standing, spoken: Spoken) -> None:
    provider.answers = [Answer([b"<html>Welcome!</html>"], content_type="text/html")]
    told = failure(to(provider, spoken), request())
    assert isinstance(told, failures.Malformed | failures.CutOff)
    assert "address" in told.remedy or "again" in told.remedy


@pytest.mark.parametrize("name", ["chat", "responses", "anthropic", "gemini"])
def test_broken_json_in_a_stream_is_malformed(provider: Standing, name: str) -> None:
    spoken = SPOKEN[name]
    provider.answers = [Answer([b'event: message_start\ndata: {"type": "message_st\n\n'])]
    assert isinstance(failure(to(provider, spoken), request()), failures.Malformed)


def test_errors_in_the_middle_of_a_stream_are_told(provider: Standing) -> None:
    half = chat({"content": "Hal"}, finish=None)[:1]
    error = b'data: {"error": {"message": "out of capacity", "code": 503}}\n\n'
    provider.answers = [Answer([*half, error])]
    told = failure(connection("openai", provider.url), request())
    assert isinstance(told, failures.ProviderFailed)
    assert "out of capacity" in told.cause

    start = list(SPOKEN["anthropic"].text.pieces)[:1]
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    provider.answers = [Answer([*start, *events(overloaded)])]
    told = failure(connection("anthropic", provider.url), request())
    assert isinstance(told, failures.ProviderFailed)
    assert "Overloaded" in told.cause

    aws = SPOKEN["bedrock"]
    slow = frames(("throttlingException", {"message": "Too many tokens"}), kind="exception")
    provider.answers = [Answer(slow, content_type=aws.text.content_type)]
    assert isinstance(failure(to(provider, aws), request()), failures.RateLimited)


def test_a_call_with_broken_arguments_is_kept_as_it_came(provider: Standing) -> None:
    function = {"name": "get_weather", "arguments": '{"city": Par'}
    piece = {"tool_calls": [{"index": 0, "id": "call_1", "function": function}]}
    provider.answers = [Answer(chat(piece, finish="tool_calls"))]
    state, _ = call(connection("openai", provider.url), request())
    [part] = state.answer.message().parts
    assert part.arguments == '{"city": Par'
    assert state.answer.broken == ["get_weather"]
    # Going on with it would send the provider what it cannot read.
    asked = request(messages=[Message("user", [Part("text", text="?")]), state.answer.message()])
    told = failure(connection("openai", provider.url), asked)
    assert isinstance(told, failures.RequestRefused)
    assert "get_weather" in told.cause


# -- the network -------------------------------------------------------------------------------


def test_an_address_where_nobody_is_is_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = failure(connection("ollama", f"http://127.0.0.1:{port}/v1"), request())
    assert isinstance(told, failures.Unreachable)
    assert f"127.0.0.1:{port}" in told.cause


@each_provider
def test_an_inner_address_is_not_called(provider: Standing, spoken: Spoken) -> None:
    told = failure(to(provider, spoken), request(), Policy())
    assert isinstance(told, failures.NotAllowed)
    assert "127.0.0.1" in told.cause
    assert "PILOTHOUSE_OUTBOUND_ALLOW" in told.remedy
    assert provider.asked == []


@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini"])
def test_a_redirect_is_not_followed_with_the_key(provider: Standing, name: str) -> None:
    location = f"{provider.url}/elsewhere"
    provider.answers = [Answer([b""], 307, headers={"location": location})]
    told = failure(connection(name, provider.url), request())
    assert isinstance(told, failures.ModelFailure)
    assert [asked.path for asked in provider.asked if "elsewhere" in asked.path] == []


def test_silence_is_too_slow(provider: Standing) -> None:
    pieces = chat({"content": "a"}, {"content": "b"})
    provider.answers = [Answer(pieces, pause=1)]
    told = failure(connection("openai", provider.url, timeout=0.3), request())
    assert isinstance(told, failures.TooSlow)


# -- again -------------------------------------------------------------------------------------


def test_what_may_pass_is_tried_again(provider: Standing) -> None:
    spoken = SPOKEN["chat"]
    failed = refused(spoken, 503, "busy")
    slow = refused(spoken, 429, "slow down", retry_after="1")
    provider.answers = [failed, slow, spoken.text]
    began = time.monotonic()
    state, _ = call(connection("openai", provider.url, retries=2), request())
    assert (state.attempts, state.answer.text) == (3, "Hello there")
    assert (
        time.monotonic() - began >= 1.3
    )  # half a second's pause, and the second that it asked for


def test_more_patience_than_that_is_not_had(provider: Standing) -> None:
    provider.answers = [refused(SPOKEN["chat"], 429, "tomorrow", retry_after="3600")]
    told = failure(connection("openai", provider.url, retries=5), request())
    assert isinstance(told, failures.RateLimited)
    assert told.retry_after == 3600
    assert len(provider.asked) == 1


def test_what_will_not_pass_is_not_tried_again(provider: Standing) -> None:
    provider.answers = [refused(SPOKEN["chat"], 400, "no")]
    failure(connection("openai", provider.url, retries=5), request())
    assert len(provider.asked) == 1


def test_an_answer_that_has_begun_is_not_begun_again(provider: Standing) -> None:
    provider.answers = [Answer(chat({"content": "Hal"}, finish=None)[:1], cut=True)]
    failure(connection("openai", provider.url, retries=5), request())
    assert len(provider.asked) == 1


@each_provider
def test_whoever_stops_listening_ends_the_call(provider: Standing, spoken: Spoken) -> None:
    pieces = list(spoken.text.pieces)
    more = pieces[:3] + [pieces[2]] * 200 if spoken.provider != "anthropic" else pieces[:3] * 70
    provider.answers = [Answer(more, content_type=spoken.text.content_type, pause=0.02)]
    call(to(provider, spoken), request(), most=1)
    assert provider.broken_off.wait(5)


def test_what_is_stopped_was_paid_for_all_the_same(provider: Standing) -> None:
    opened, project_id = database()
    provider.answers = [Answer(chat(*[{"content": "four"}] * 200), pause=0.01)]
    with opened.read() as db:
        before = model_spend.of_day(db, project_id, now() // DAY).cost
    asked = request("你好 " * 40, model="gpt-4o", tools=[Tool(name="look_up")])
    state, told = call(connection("openai", provider.url), asked, most=7)
    with opened.read() as db:
        spent = model_spend.of_day(db, project_id, now() // DAY).cost - before
    assert state.is_estimated
    assert state.answer.usage["output"] == len(told) == 7
    assert 70 < state.answer.usage["input"] < 100
    assert state.cost_source == "estimated"
    assert spent == pytest.approx(state.cost)
    assert spent > 0


def spent_today() -> tuple[float, int]:
    opened, project_id = database()
    with opened.read() as db:
        found = model_spend.of_day(db, project_id, now() // DAY)
    return found.cost, found.calls


def silent() -> Iterator[bytes]:
    """The provider works, and says nothing yet."""
    time.sleep(1)
    yield b""


def stopped(provider: Standing, calling: Callable[[Door, str], Awaitable[None]]) -> None:
    """As soon as the provider has the request."""

    async def run() -> None:
        opened, project_id = database()
        outbound = Outbound(Policy(loopback=True))
        door = Door(outbound, opened)
        task = asyncio.ensure_future(calling(door, project_id))
        assert await asyncio.to_thread(provider.heard.wait, 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await door.close()
        await outbound.close()

    asyncio.run(run())


@each_provider
def test_what_is_stopped_before_its_first_token_costs_its_input(
    provider: Standing, spoken: Spoken
) -> None:
    model = {"anthropic": "claude-sonnet-4-5", "gemini": "gemini-2.5-pro"}.get(
        spoken.provider, "gpt-4o" if spoken.provider != "bedrock" else "amazon.nova-pro-v1:0"
    )
    provider.answers = [Answer(silent(), content_type=spoken.text.content_type)]
    state, before = Call(request("你好 " * 40, model=model)), spent_today()

    async def calling(door: Door, project_id: str) -> None:
        async for _ in door.stream(project_id, to(provider, spoken), state, PriceBook()):
            pass

    stopped(provider, calling)
    assert state.is_estimated
    assert 60 < state.answer.usage.pop("input") < 100
    assert state.answer.usage == {}
    assert state.cost_source == "estimated"
    cost, calls = spent_today()
    assert (cost - before[0], calls - before[1]) == (pytest.approx(state.cost), 1)
    assert state.cost > 0


def test_embeddings_that_are_stopped_cost_what_they_were_asked(provider: Standing) -> None:
    provider.answers = [Answer(silent())]
    state, before = Embedding("text-embedding-3-small", ["four" * 25, "four" * 75]), spent_today()

    async def calling(door: Door, project_id: str) -> None:
        await door.embed(project_id, connection("openai", provider.url), state, PriceBook())

    stopped(provider, calling)
    assert (state.is_estimated, state.usage) == (True, {"input": 100})
    assert state.cost_source == "estimated"
    assert spent_today() == (pytest.approx(before[0] + state.cost), before[1] + 1)


@pytest.mark.parametrize(
    ("provider_id", "kind"),
    [
        ("openai", "stream"),
        ("openai", "embed"),
        ("anthropic", "stream"),
        ("gemini", "stream"),
        ("gemini", "embed"),
    ],
)
def test_what_is_stopped_while_it_connects_is_free(provider_id: str, kind: str) -> None:
    """Whoever listens takes the connection, and never agrees on a secret."""
    asked = Call(request("four" * 100, model="gpt-4o"))
    texts, before = Embedding("text-embedding-3-small", ["four"]), spent_today()

    async def calling(door: Door, through: Connection, project_id: str) -> None:
        if kind == "embed":
            await door.embed(project_id, through, texts, PriceBook())
        else:
            async for _ in door.stream(project_id, through, asked, PriceBook()):
                pass

    async def run() -> None:
        taken = asyncio.Event()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            taken.set()
            await reader.read()
            writer.close()

        server = await asyncio.start_server(take, "127.0.0.1", 0)
        address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        opened, project_id = database()
        outbound = Outbound(Policy(loopback=True))
        door = Door(outbound, opened)
        task = asyncio.ensure_future(calling(door, connection(provider_id, address), project_id))
        await asyncio.wait_for(taken.wait(), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await door.close()
        await outbound.close()
        server.close()

    asyncio.run(run())
    assert (asked.answer.usage, asked.cost, texts.usage, texts.cost) == ({}, 0.0, {}, 0.0)
    assert spent_today() == before


def test_who_waits_in_vain_pays_for_what_was_asked(provider: Standing) -> None:
    provider.answers = [Answer(silent())]
    state, before = Call(request("four" * 100, model="gpt-4o")), spent_today()
    with pytest.raises(failures.TooSlow):
        call(connection("openai", provider.url, timeout=0.3), state.request, state=state)
    assert state.answer.usage == {"input": 100}
    assert spent_today() == (pytest.approx(before[0] + state.cost), before[1] + 1)


@pytest.mark.parametrize(
    "answer",
    [
        said_json(500, {"error": {"message": "it broke"}}),
        said_json(408, {"error": {"message": "too slow"}}),
        Answer([b"<html>Welcome!</html>"], content_type="text/html"),
        None,
    ],
)
def test_what_no_model_worked_on_is_free(provider: Standing, answer: Answer | None) -> None:
    provider.answers = [answer or Answer()]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        state, before = Call(request(model="gpt-4o")), spent_today()
        through = connection("openai", provider.url if answer else nobody)
        with pytest.raises(ModelFailure):
            call(through, state.request, state=state)
    assert (state.answer.usage, state.cost, state.is_estimated) == ({}, 0.0, False)
    assert spent_today() == before


def test_what_the_provider_counted_before_the_stop_is_kept(provider: Standing) -> None:
    spoken = SPOKEN["anthropic"]
    provider.answers = [Answer(list(spoken.text.pieces)[:-2], content_type="text/event-stream")]
    state = Call(request(model="claude-sonnet-4-5"))
    with pytest.raises(failures.CutOff):
        call(to(provider, spoken), state.request, state=state)
    into = {name: count for name, count in spoken.usage.items() if name.startswith("input")}
    assert state.is_estimated
    assert state.answer.usage.items() > into.items()
    assert state.cost_source == "estimated"


# -- what is known before ----------------------------------------------------------------------


def test_the_budget_of_a_day_blocks(provider: Standing) -> None:
    opened, project_id = database()
    today = now() // DAY
    with opened.write() as db:
        model_spend.set_budget(db, project_id, 0.5)
        model_spend.add(db, project_id, today - 1, 100)
    provider.answers = [SPOKEN["chat"].text]
    try:
        call(connection("openai", provider.url), request())
        with opened.write() as db:
            before = model_spend.of_day(db, project_id, today)
            model_spend.add(db, project_id, today, 0.5)
        told = failure(connection("openai", provider.url), request())
        assert isinstance(told, failures.BudgetSpent)
        assert "of its $0.5" in told.cause
        assert len(provider.asked) == 1
        assert before.calls >= 1
    finally:
        with opened.write() as db:
            model_spend.set_budget(db, project_id, None)


def test_what_a_call_costs_is_counted(provider: Standing) -> None:
    opened, project_id = database()
    today = now() // DAY
    with opened.read() as db:
        before = model_spend.of_day(db, project_id, today)
    provider.answers = [SPOKEN["chat"].text]
    state, _ = call(connection("openai", provider.url), request(model="gpt-4o"))
    assert state.cost_source == "catalogue"
    assert state.cost == pytest.approx(15 * 2.5e-6 + 5 * 1.25e-6 + 9 * 1e-5)
    with opened.read() as db:
        after = model_spend.of_day(db, project_id, today)
    assert after.cost - before.cost == pytest.approx(state.cost)
    assert after.calls == before.calls + 1


@pytest.mark.parametrize(
    ("provider_id", "module", "extra"),
    [
        ("anthropic", "anthropic", "anthropic"),
        ("gemini", "google.genai", "gemini"),
        ("bedrock", "boto3", "bedrock"),
    ],
)
def test_a_package_that_is_not_installed_is_named(
    provider: Standing,
    monkeypatch: pytest.MonkeyPatch,
    provider_id: str,
    module: str,
    extra: str,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    if module == "google.genai":
        import google

        monkeypatch.delattr(google, "genai", raising=False)
    told = failure(to(provider, SPOKEN[provider_id]), request())
    assert isinstance(told, failures.ExtraMissing)
    assert f"pip install 'pilothouse[{extra}]'" in told.remedy


@pytest.mark.parametrize(
    ("provider_id", "url", "options", "says"),
    [
        ("nobody", "", {}, "no provider 'nobody'"),
        ("azure", "", {}, "needs the address"),
        ("openai", "ftp://models.example", {}, "https://"),
        ("openai", "https://key@models.example", {}, "field of its own"),
        ("openai", "https://models.example:port", {}, "cannot be read"),
        ("openai", "https://models.example/?k=v", {}, "no ?"),
        ("bedrock", "", {}, "needs a region"),
        ("openai", "", {"region": "x"}, "knows no option 'region'"),
        ("openai", "", {"timeout": "long"}, "not of the right type"),
        ("openai", "", {"timeout": 0}, "between 0 and"),
        ("openai", "", {"retries": 99}, "between 0 and"),
        ("openai", "", {"api": "completions"}, "`chat` or `responses`"),
    ],
)
def test_what_cannot_be_a_connection_is_told(
    provider_id: str, url: str, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(Exception, match=says.replace("?", r"\?")):
        checked(provider_id, url, options)


def test_a_refused_wish_is_told_before_anything_is_sent(provider: Standing) -> None:
    provider.answers = [SPOKEN["chat"].text]
    for name, asked in (
        ("anthropic", request(seed=1)),
        ("bedrock", request(seed=1)),
        ("bedrock", request(reasoning_effort="minimal")),
        ("openai", request(reasoning_tokens=5)),
    ):
        options = SPOKEN[name].options if name in SPOKEN else {}
        told = failure(connection(name, provider.url, **options), asked)
        assert isinstance(told, failures.RequestRefused)
    assert provider.asked == []
