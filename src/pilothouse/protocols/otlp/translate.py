"""From an OTLP span to a span of ours: pure, driven by the dialect tables."""

from typing import Any

import msgspec

from pilothouse.domain.clock import DAY
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.span import TOLD_TO_TRACE, CostSource, Kind, Level, Span
from pilothouse.domain.usage import disjoint, from_client
from pilothouse.protocols.otlp import conversation, flat
from pilothouse.protocols.otlp.dialects import logfire, rules
from pilothouse.protocols.otlp.dialects.read import json_text, parsed, text
from pilothouse.protocols.otlp.dialects.table import Field, FieldName, Rule
from pilothouse.protocols.otlp.wire import Scope, WireEvent, WireSpan

_ERROR = 2
_INPUT_PARTS = (
    Field.CACHE_READ,
    Field.CACHE_WRITE,
    Field.CACHE_WRITE_1H,
    Field.INPUT_AUDIO,
    Field.INPUT_IMAGE,
    Field.INPUT_VIDEO,
)
_OUTPUT_PARTS = (Field.REASONING, Field.OUTPUT_AUDIO, Field.OUTPUT_IMAGE)
_FIRST_TOKEN_EVENTS = {
    "First Token Stream Event",
    "gen_ai.content.completion.chunk",
    "llm.content.completion.chunk",
    "ai.stream.firstChunk",
}
_LEAVES = {Kind.LLM, Kind.EMBEDDING, Kind.RERANKER}
_EARLIEST = 946_684_800_000_000  # 2000-01-01: no LLM ran before
_GATHERED = frozenset({Field.PARAMETER, Field.METADATA, Field.TRACE_METADATA, Field.IGNORED})
_AS_READ = (
    Field.MODEL,
    Field.PROVIDER,
    Field.RESPONSE_ID,
    Field.FINISH_REASON,
    Field.PROMPT_NAME,
    Field.PROMPT_VERSION,
    Field.SESSION,
    Field.USER,
    Field.PUBLIC,
)
"""Columns of a span that take what was read, as it is."""
_COUNTS = frozenset(
    {
        Field.USAGE,
        Field.INPUT_TOKENS,
        Field.OUTPUT_TOKENS,
        Field.UNCACHED_INPUT,
        Field.TOTAL_TOKENS,
        *_INPUT_PARTS,
        *_OUTPUT_PARTS,
    }
)
_KEPT = 200
"""A value that lost to another row is kept as an attribute if it is no longer than this."""


class Translator:
    """Of one request: what is alike for many spans is read once."""

    def __init__(self, project_id: str, now: int) -> None:
        self._project_id = project_id
        self._now = now
        self._origins: dict[int, _Origin] = {}

    def span(self, wire: WireSpan) -> Span | Rejected:
        """The span, or why not."""
        problem = _problem(wire, self._now)
        if problem is not None:
            return problem
        origin = self._origin(wire.scope)
        found = _Found(origin)
        found.take(wire.attributes)
        return self._build(wire, found, origin)

    def _origin(self, scope: Scope) -> "_Origin":
        origin = self._origins.get(id(scope))
        if origin is None:
            origin = self._origins[id(scope)] = _Origin(scope)
        return origin

    def _build(self, wire: WireSpan, found: "_Found", origin: "_Origin") -> Span:
        start, end = wire.start // 1000, wire.end // 1000
        fields = found.fields
        kind = found.kind()
        name = fields.get(Field.NAME) or wire.name
        root = not wire.parent_id or bool(fields.get(Field.AS_ROOT))
        span = Span(
            project_id=self._project_id,
            trace_id=wire.trace_id,
            span_id=wire.span_id,
            parent_id=wire.parent_id,
            start_time=start,
            end_time=max(end, start) if end else 0,
            first_token_time=_first_token(fields, wire, start),
            name=name,
            kind=kind,
            level=_level(fields, wire),
            status_message=fields.get(Field.STATUS_MESSAGE) or _status_message(wire),
            input=found.payload(Field.INPUT, "input"),
            output=found.payload(Field.OUTPUT, "output"),
            model_parameters=found.model_parameters(),
            billable=int(found.is_client_usage() or kind in _LEAVES)
            and int(not fields.get(Field.NOT_BILLABLE)),
            is_root=int(root),
            trace_name=fields.get(Field.TRACE_NAME) or (name if root else ""),
            environment=fields.get(Field.ENVIRONMENT) or origin.environment,
            release=fields.get(Field.RELEASE) or origin.release,
            version=fields.get(Field.VERSION) or origin.version,
            service=origin.service,
            metadata=found.metadata,
            attributes=found.attributes,
            resource=origin.resource,
            events=_events(wire.events),
            links=_links(wire),
            scope=wire.scope.name,
            sdk=origin.sdk,
            protocol="otlp",
        )
        for column in _AS_READ:
            if column in fields:
                setattr(span, column, fields[column])
        if Field.TAGS in fields:
            span.tags = sorted(set(fields[Field.TAGS]))
        if wire.events and not (span.input and span.output):
            conversation.fill(span, [(each.name, each.attributes, None) for each in wire.events])
        if logfire.PENDING in wire.attributes:
            _announce(span, str(wire.attributes[logfire.PENDING]))
        if found.trace_metadata and not root:
            told = {key: span.metadata[key] for key in found.trace_metadata if key in span.metadata}
            span.attributes[TOLD_TO_TRACE] = json_text(told)
        if root:
            span.input = fields.get(Field.TRACE_INPUT) or span.input
            span.output = fields.get(Field.TRACE_OUTPUT) or span.output
        _set_usage(span, fields)
        _set_cost(span, fields)
        return span


def _announce(span: Span, parent_id: str) -> None:
    """A pending span only says that its parent has begun: it is that span, still open. Its revision
    is its start, so that the finished span wins whenever it comes."""
    span.span_id = span.parent_id
    span.parent_id = "" if set(parent_id) == {"0"} else parent_id
    span.end_time = 0
    span.is_root = int(not span.parent_id)
    span.trace_name = span.name if span.is_root else ""
    span.revision = span.start_time


class _Origin:
    """What the process and the instrumentation say for all their spans."""

    def __init__(self, scope: Scope) -> None:
        resource = scope.resource
        self.resource = {key: json_text(value) for key, value in resource.items()}
        self.service = _told(resource, "service.name")
        self.environment = (
            _told(resource, "langfuse.environment")
            or _told(resource, "deployment.environment.name")
            or _told(resource, "deployment.environment")
            or "default"
        )
        self.release = _told(resource, "langfuse.release")
        self.version = _told(resource, "service.version")
        self.sdk = f"{scope.name} {scope.version}".strip()
        self.encodes_metadata = _encodes_metadata(scope)
        self.rules = rules(scope.name)


def _encodes_metadata(scope: Scope) -> bool:
    """From Python 5 and JS 6 on, Langfuse's SDKs send every metadata value as JSON."""
    if not scope.name.startswith("langfuse-sdk"):
        return False
    major = scope.version.split(".")[0]
    first = 5 if scope.resource.get("telemetry.sdk.language") == "python" else 6
    return major.isdigit() and int(major) >= first


def _told(resource: dict[str, Any], key: str) -> str:
    value = resource.get(key)
    return "" if value is None else str(value)


class _Found:
    """The attributes of one span, sorted into fields as they come."""

    def __init__(self, origin: _Origin) -> None:
        self.fields: dict[FieldName, Any] = {}
        self.metadata: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.trace_metadata: set[str] = set()
        """Keys of the metadata that were told to the whole trace."""
        self._origin = origin
        self._from: dict[FieldName, tuple[int, str]] = {}
        self._parameters: dict[str, Any] = {}
        self._indexed: dict[str, flat.Pieces] = {}
        self._indexed_rank: dict[str, int] = {}

    def take(self, attributes: dict[str, Any]) -> None:
        """Each attribute to the field that its rule names; what has no rule stays an attribute."""
        fields, holders, rules = self.fields, self._from, self._origin.rules
        for key, value in attributes.items():
            rule = rules[key]
            if rule is None:
                self.attributes[key] = json_text(value)
                continue
            field = rule.field
            if field is Field.INDEXED:
                self._piece(rule, value)
                continue
            if field in _GATHERED:
                self._gather(rule, value)
                continue
            read = rule.read(value) if rule.read else value
            if read is None:
                if value not in (None, "", [], 0):
                    self.attributes[key] = json_text(value)
            elif field not in holders:
                holders[field] = (rule.rank, key)
                fields[field] = read
            else:
                self._contend(field, rule.rank, key, read)

    def _piece(self, rule: Rule, value: Any) -> None:
        """Of a list that lies over many attributes."""
        pieces = self._indexed.get(rule.group)
        if pieces is None:
            pieces = self._indexed[rule.group] = {}
            self._indexed_rank[rule.group] = rule.rank
        pieces[rule.rest] = value

    def _gather(self, rule: Rule, value: Any) -> None:
        """What has one name for many values."""
        if rule.field == Field.PARAMETER:
            self._parameters[rule.rest] = value
        elif rule.field == Field.METADATA:
            self._take_metadata(rule.rest, rule.read(value) if rule.read else value)
        elif rule.field == Field.TRACE_METADATA:
            before = set(self.metadata)
            self._take_metadata(rule.rest, rule.read(value) if rule.read else value)
            self.trace_metadata.update({rule.rest} if rule.rest else set(self.metadata) - before)

    def _contend(self, field: FieldName, rank: int, key: str, value: Any) -> None:
        """Two attributes for one field: the row that stands first wins."""
        holder_rank, holder_key = self._from[field]
        loser_key, loser = key, value
        if rank < holder_rank:
            loser_key, loser = holder_key, self.fields[field]
            self._from[field] = (rank, key)
            self.fields[field] = value
        if loser != self.fields[field]:
            kept = json_text(loser)
            if len(kept) <= _KEPT:
                self.attributes[loser_key] = kept

    def _take_metadata(self, rest: str, value: Any) -> None:
        if rest:
            self.metadata[rest] = self._metadata_value(value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                self.metadata[str(name)] = json_text(inner)
        elif value is not None:
            self.metadata["metadata"] = json_text(value)

    def _metadata_value(self, value: Any) -> str:
        """JSON text. A string of an SDK that encodes its values, or that is JSON, is taken as JSON."""
        if isinstance(value, str):
            looks_like_json = self._origin.encodes_metadata or value[:1] in '{["-0123456789tfn'
            if looks_like_json and value and parsed(value) is not None:
                return value
        return json_text(value)

    def kind(self) -> str:
        kind = self.fields.get(Field.KIND)
        if kind:
            return kind
        has_tokens = Field.INPUT_TOKENS in self.fields or Field.OUTPUT_TOKENS in self.fields
        return Kind.LLM if has_tokens and Field.MODEL in self.fields else Kind.SPAN

    def is_client_usage(self) -> bool:
        """Did a person's own code state the usage, as Langfuse's SDKs let them on any span?"""
        return Field.USAGE in self.fields or Field.COST in self.fields

    def payload(self, field: FieldName, side: str) -> str:
        """The input or the output: the highest in rank of single attributes and flat lists."""
        best = self._from.get(field, (1 << 30, ""))[0]
        value: str = self.fields.get(field, "")
        for group, pieces in self._indexed.items():
            if self._indexed_rank[group] < best and group.startswith(side):
                built = flat.BUILDERS[group](pieces)
                if built:
                    best = self._indexed_rank[group]
                    value = text(built) or ""
        system = self.fields.get(Field.SYSTEM)
        return _with_system(system, value) if side == "input" and system else value

    def model_parameters(self) -> str:
        parameters = {**(self.fields.get(Field.PARAMETERS) or {}), **self._parameters}
        tools = self.fields.get(Field.TOOLS)
        if tools is not None:
            parameters["tools"] = parsed(tools) or tools
        for group, pieces in self._indexed.items():
            if tools is None and group.startswith("tools."):
                parameters["tools"] = flat.BUILDERS[group](pieces)
        return json_text(parameters) if parameters else ""


def _with_system(system: str, messages: str) -> str:
    """Instructions that came apart stand before the messages, as they do for the model."""
    parts = parsed(system)
    content = {"parts": parts} if isinstance(parts, list) else {"content": system}
    listed = parsed(messages) if messages else []
    if not isinstance(listed, list):
        return messages
    return json_text([{"role": "system", **content}, *listed])


def _problem(wire: WireSpan, now: int) -> Rejected | None:
    def rejected(reason: Reason, message: str) -> Rejected:
        return Rejected(reason=reason, message=message, item_id=wire.span_id, head=wire.name[:2000])

    if not _is_hex(wire.trace_id, 32):
        return rejected(Reason.BAD_ID, f"trace id {wire.trace_id[:80]!r} is not 16 bytes in hex")
    if not _is_hex(wire.span_id, 16):
        return rejected(Reason.BAD_ID, f"span id {wire.span_id[:80]!r} is not 8 bytes in hex")
    if wire.parent_id and not _is_hex(wire.parent_id, 16):
        return rejected(Reason.BAD_ID, f"parent id {wire.parent_id[:80]!r} is not 8 bytes in hex")
    start = wire.start // 1000
    if not _EARLIEST <= start <= now + DAY:
        return rejected(
            Reason.BAD_TIME, f"start time {wire.start} ns is before 2000 or a day ahead"
        )
    if wire.end // 1000 > now + DAY:
        return rejected(Reason.BAD_TIME, f"end time {wire.end} ns is more than a day ahead")
    return None


def _is_hex(value: str, length: int) -> bool:
    if len(value) != length:
        return False
    try:
        return int(value, 16) != 0
    except ValueError:
        return False


def _level(fields: dict[FieldName, Any], wire: WireSpan) -> str:
    told = fields.get(Field.LEVEL)
    if told:
        return Level(told)
    return Level.ERROR if wire.status_code == _ERROR else Level.DEFAULT


def _status_message(wire: WireSpan) -> str:
    if wire.status_message:
        return wire.status_message
    if wire.status_code == _ERROR:
        for event in wire.events:
            if event.name == "exception":
                return str(event.attributes.get("exception.message", ""))
    return ""


def _first_token(fields: dict[FieldName, Any], wire: WireSpan, start: int) -> int:
    moment = fields.get(Field.FIRST_TOKEN_TIME)
    if moment:
        return moment
    after = fields.get(Field.SECONDS_TO_FIRST_TOKEN)
    if after:
        return start + int(after * 1_000_000)
    for event in wire.events:
        if event.name in _FIRST_TOKEN_EVENTS:
            return event.time // 1000
    return 0


def _set_usage(span: Span, fields: dict[FieldName, Any]) -> None:
    if _COUNTS.isdisjoint(fields):
        return
    given = fields.get(Field.USAGE)
    if given:
        span.usage, span.reported_usage = from_client(given), json_text(given)
        return
    into, out = fields.get(Field.INPUT_TOKENS, 0), fields.get(Field.OUTPUT_TOKENS, 0)
    inside_input: dict[str, int] = {part: fields[part] for part in _INPUT_PARTS if fields.get(part)}
    if Field.UNCACHED_INPUT in fields:
        into = fields[Field.UNCACHED_INPUT] + sum(inside_input.values())
    inside_output: dict[str, int] = {
        part: fields[part] for part in _OUTPUT_PARTS if fields.get(part)
    }
    # Some emitters count cached input beside the input. A part that is larger than its whole tells.
    if sum(inside_input.values()) > into:
        into += sum(inside_input.values())
    if sum(inside_output.values()) > out:
        out += sum(inside_output.values())
    span.usage = disjoint(
        input_tokens=into,
        output_tokens=out,
        total_tokens=fields.get(Field.TOTAL_TOKENS, 0),
        inside_input=inside_input,
        inside_output=inside_output,
    )


def _set_cost(span: Span, fields: dict[FieldName, Any]) -> None:
    cost: dict[str, float] = dict(fields.get(Field.COST) or {})
    if not cost:
        for field, name in (
            (Field.INPUT_COST, "input"),
            (Field.OUTPUT_COST, "output"),
            (Field.TOTAL_COST, "total"),
        ):
            if field in fields:
                cost[name] = fields[field]
    if cost:
        span.cost, span.cost_source = cost, CostSource.REPORTED


class _EventOut(msgspec.Struct):
    name: str
    time: int
    attributes: dict[str, Any]


def _events(events: list[WireEvent]) -> str:
    if not events:
        return ""
    return json_text(
        [_EventOut(event.name, event.time // 1000, event.attributes) for event in events]
    )


def _links(wire: WireSpan) -> str:
    return json_text(wire.links) if wire.links else ""
