"""What agents may do by the Model Context Protocol: each tool is a route of this API under a name, with
arguments that say what they mean. What the route refuses, the tool refuses in the same words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool answers: JSON, or a sentence that says why not."""

    text: str
    is_error: bool = False


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


# -- arguments ---------------------------------------------------------------------------------

Moment = Annotated[datetime | None, Field(description="ISO 8601, such as 2026-01-31T00:00:00Z")]
Limit = Annotated[int, Field(ge=1, le=100, description="Most entries of the answer")]
Cursor = Annotated[str | None, Field(description="meta.cursor of the answer before, for the next")]
PromptName = Annotated[str, Field(min_length=1, description="Folders are parted by /")]
Filters = Annotated[
    list[Object] | None,
    Field(
        description=(
            "Conditions that all hold, each {type, column, operator, value, key?}, for example"
            ' {"type": "number", "column": "latency", "operator": ">", "value": 2}'
        )
    ),
]


class Nothing(Arguments):
    pass


class Page(Arguments):
    page: Annotated[int, Field(ge=1)] = 1
    limit: Limit = 20


class ListPrompts(Page):
    name: str | None = None
    label: str | None = None
    tag: str | None = None


class GetPrompt(Arguments):
    name: PromptName
    label: Annotated[str | None, Field(description="production where nothing is named")] = None
    version: Annotated[int | None, Field(ge=1, description="Instead of a label")] = None


class NewPrompt(Arguments):
    name: PromptName
    labels: Annotated[
        list[str], Field(description="Such as production; each leaves the version that had it")
    ] = []
    config: Annotated[Object, Field(description="Model, temperature and the like")] = {}
    tags: list[str] | None = None
    commitMessage: str | None = None


class NewTextPrompt(NewPrompt):
    prompt: Annotated[str, Field(description="Variables are written {{name}}")]


class ChatMessage(BaseModel):
    model_config = ConfigDict(extra="allow")

    role: str
    content: Any


class NewChatPrompt(NewPrompt):
    prompt: Annotated[list[ChatMessage], Field(min_length=1)]


class PromptLabels(Arguments):
    name: PromptName
    version: Annotated[int, Field(ge=1)]
    newLabels: Annotated[list[str], Field(min_length=1)]


class ListTraces(Page):
    name: str | None = None
    userId: str | None = None
    sessionId: str | None = None
    tags: Annotated[list[str] | None, Field(description="A trace has all of them")] = None
    environment: list[str] | None = None
    version: str | None = None
    release: str | None = None
    fromTimestamp: Moment = None
    toTimestamp: Moment = None
    orderBy: Annotated[str | None, Field(description="Such as timestamp.desc")] = None
    fields: Annotated[str, Field(description="Of core, io, scores, observations, metrics")] = (
        "core,io,metrics"
    )
    filter: Filters = None


class GetTrace(Arguments):
    traceId: str
    fields: Annotated[
        str | None, Field(description="Of core, io, scores, observations, metrics; all")
    ] = None


class ListObservations(Arguments):
    limit: Limit = 20
    cursor: Cursor = None
    fields: Annotated[
        str,
        Field(
            description="Of core, basic, time, io, metadata, model, usage, prompt, metrics, trace_context"
        ),
    ] = "core,basic,model,usage,metrics"
    traceId: str | None = None
    sessionId: str | None = None
    userId: str | None = None
    name: str | None = None
    type: Annotated[str | None, Field(description="GENERATION, SPAN, TOOL, AGENT …")] = None
    level: Literal["DEBUG", "DEFAULT", "WARNING", "ERROR"] | None = None
    parentObservationId: str | None = None
    environment: list[str] | None = None
    fromStartTime: Moment = None
    toStartTime: Moment = None
    filter: Filters = None


class GetObservation(Arguments):
    observationId: str


class ListScores(Arguments):
    limit: Limit = 20
    cursor: Cursor = None
    fields: Annotated[str, Field(description="Of details, subject, annotation")] = "details,subject"
    name: str | None = None
    dataType: Literal["NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION"] | None = None
    source: Literal["API", "EVAL", "ANNOTATION"] | None = None
    traceId: str | None = None
    sessionId: str | None = None
    experimentId: str | None = None
    valueMin: float | None = None
    valueMax: float | None = None
    fromTimestamp: Moment = None
    toTimestamp: Moment = None


class GetScore(Arguments):
    scoreId: str


class NewScore(Arguments):
    name: Annotated[str, Field(min_length=1)]
    value: float | str
    dataType: Literal["NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT"] | None = None
    traceId: str | None = None
    observationId: Annotated[str | None, Field(description="Needs traceId")] = None
    sessionId: str | None = None
    comment: str | None = None


class GetDataset(Arguments):
    name: Annotated[str, Field(min_length=1)]


class PutDataset(GetDataset):
    description: str | None = None
    metadata: Any = None


class ListItems(Page):
    datasetName: Annotated[str, Field(min_length=1)]
    version: Annotated[Moment, Field(description="As the items were at that time")] = None


class GetItem(Arguments):
    itemId: str


class PutItem(Arguments):
    datasetName: Annotated[str, Field(min_length=1)]
    id: Annotated[str | None, Field(description="Of an item that gets a new version")] = None
    input: Any = None
    expectedOutput: Any = None
    metadata: Any = None
    sourceTraceId: str | None = None
    sourceObservationId: str | None = None
    status: Literal["ACTIVE", "ARCHIVED"] | None = None


class ListSessions(Page):
    fromTimestamp: Moment = None
    toTimestamp: Moment = None
    environment: list[str] | None = None


class GetSession(Arguments):
    sessionId: str


class ListExperiments(Arguments):
    fromStartTime: Annotated[datetime, Field(description="ISO 8601")]
    limit: Limit = 20
    cursor: Cursor = None
    name: str | None = None
    fields: Annotated[str, Field(description="Of core, metadata, scores")] = "core,metadata,scores"


class ListExperimentItems(Arguments):
    fromStartTime: Annotated[datetime, Field(description="ISO 8601")]
    experimentId: str | None = None
    experimentName: str | None = None
    limit: Limit = 20
    cursor: Cursor = None
    fields: Annotated[
        str, Field(description="Of core, io, metadata, itemMetadata, experimentMetadata, dataset")
    ] = "core,io"


class Listed(Arguments):
    limit: Limit = 20
    cursor: Cursor = None


class GetEvaluator(Arguments):
    evaluatorId: str


class GetRule(Arguments):
    ruleId: str


class ListComments(Page):
    objectType: Literal["TRACE", "OBSERVATION", "SESSION", "PROMPT"] | None = None
    objectId: Annotated[str | None, Field(description="Needs objectType")] = None


class ListQueueItems(Page):
    queueId: str
    status: Literal["PENDING", "COMPLETED"] | None = None


class Metrics(Arguments):
    query: Annotated[
        Object,
        Field(
            description=(
                "{view: observations | scores-numeric | scores-categorical,"
                " metrics: [{measure, aggregation}], dimensions: [{field}], filters: [],"
                " timeDimension: {granularity}, fromTimestamp, toTimestamp, orderBy}. Measures of"
                " observations are count, latency, inputTokens, outputTokens, totalTokens, totalCost"
                " and timeToFirstToken; fields are name, type, level, environment, traceName and"
                " providedModelName among others"
            )
        ),
    ]


# -- tools -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    what: str
    route: str
    """`METHOD path`; what stands in braces is taken from the arguments."""
    arguments: type[Arguments]
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Told to the route besides the arguments."""

    def described(self) -> Object:
        schema = self.arguments.model_json_schema()
        reads = self.route.startswith("GET ")
        return {
            "name": self.name,
            "description": self.what,
            "inputSchema": {"type": "object", "properties": {}} | schema,
            "annotations": {"readOnlyHint": reads, "destructiveHint": False},
        }


ALL: tuple[Tool, ...] = (
    Tool("getHealth", "Whether the server works, and its version", "GET /health", Nothing),
    Tool("listPrompts", "Prompts with their versions and labels", "GET /v2/prompts", ListPrompts),
    Tool(
        "getPrompt",
        "A version of a prompt, with the prompts that it takes in put in place",
        "GET /v2/prompts/{name}",
        GetPrompt,
    ),
    Tool(
        "getPromptUnresolved",
        "A version of a prompt as it was written, with references to other prompts",
        "GET /v2/prompts/{name}",
        GetPrompt,
        {"resolve": "false"},
    ),
    Tool(
        "createTextPrompt",
        "A new version of a text prompt; the first of a name makes it",
        "POST /v2/prompts",
        NewTextPrompt,
        {"type": "text"},
    ),
    Tool(
        "createChatPrompt",
        "A new version of a chat prompt; the first of a name makes it",
        "POST /v2/prompts",
        NewChatPrompt,
        {"type": "chat"},
    ),
    Tool(
        "updatePromptLabels",
        "Give a version labels, each off the version that had it; so a rollback is one call",
        "PATCH /v2/prompts/{name}/versions/{version}",
        PromptLabels,
    ),
    Tool("listTraces", "Traces, newest first", "GET /traces", ListTraces),
    Tool("getTrace", "A trace with observations and scores", "GET /traces/{traceId}", GetTrace),
    Tool(
        "listObservations",
        "Observations of all traces or one, newest first",
        "GET /v2/observations",
        ListObservations,
    ),
    Tool(
        "getObservation",
        "An observation with its input and output",
        "GET /observations/{observationId}",
        GetObservation,
    ),
    Tool("listScores", "Scores, newest first", "GET /v3/scores", ListScores),
    Tool("getScore", "A score by its id", "GET /v2/scores/{scoreId}", GetScore),
    Tool(
        "createScore",
        "Score a trace, an observation of it, or a session",
        "POST /scores",
        NewScore,
    ),
    Tool("listScoreConfigs", "What scores may be like", "GET /score-configs", Page),
    Tool("listDatasets", "Data sets, newest first", "GET /v2/datasets", Page),
    Tool("getDataset", "A data set by its name", "GET /v2/datasets/{name}", GetDataset),
    Tool(
        "createDataset",
        "Make a data set, or change the one of that name",
        "POST /v2/datasets",
        PutDataset,
    ),
    Tool("listDatasetItems", "Items of a data set, newest first", "GET /dataset-items", ListItems),
    Tool("getDatasetItem", "An item by its id", "GET /dataset-items/{itemId}", GetItem),
    Tool(
        "upsertDatasetItem",
        "Add an item to a data set, or a version to the item of that id",
        "POST /dataset-items",
        PutItem,
    ),
    Tool("listSessions", "Sessions, newest first", "GET /sessions", ListSessions),
    Tool("getSession", "A session with its traces", "GET /sessions/{sessionId}", GetSession),
    Tool("listExperiments", "Experiments with scores", "GET /experiments", ListExperiments),
    Tool(
        "listExperimentItems",
        "Answers of experiments, newest first",
        "GET /experiment-items",
        ListExperimentItems,
    ),
    Tool("listEvaluators", "Judges and code that score", "GET /v2/evaluators", Listed),
    Tool("getEvaluator", "An evaluator", "GET /v2/evaluators/{evaluatorId}", GetEvaluator),
    Tool(
        "listEvaluationRules",
        "Which live traffic which evaluators score",
        "GET /v2/evaluation-rules",
        Listed,
    ),
    Tool("getEvaluationRule", "A rule", "GET /v2/evaluation-rules/{ruleId}", GetRule),
    Tool("listComments", "What people wrote, newest first", "GET /comments", ListComments),
    Tool("listAnnotationQueues", "Queues of what people score", "GET /annotation-queues", Page),
    Tool(
        "listAnnotationQueueItems",
        "What a queue holds",
        "GET /annotation-queues/{queueId}/items",
        ListQueueItems,
    ),
    Tool("listModels", "Models with their prices", "GET /models", Page),
    Tool("queryMetrics", "Counts, costs, latencies and scores in sums", "GET /v2/metrics", Metrics),
)

BY_NAME = {tool.name: tool for tool in ALL}


async def call(request: Request, prefix: str, tool: Tool, told: Object) -> Said:
    """Ask the tool's route with the caller's own key."""
    try:
        arguments = tool.arguments.model_validate(told)
    except ValidationError as error:
        return Said(_problems(error), is_error=True)
    method, path = tool.route.split(" ")
    reads = method == "GET"
    # A change tells what it was told; a question has defaults of its own.
    told_of = arguments.model_dump(mode="json", exclude_none=reads, exclude_unset=not reads)
    values = told_of | dict(tool.fixed)
    for name in [name for name in values if f"{{{name}}}" in path]:
        path = path.replace(f"{{{name}}}", quote(str(values.pop(name)), safe=""))
    told_by: Object = {"params": _query(values)} if reads else {"json": values}
    # No network and no proxy: the application itself is asked.
    inside = httpx.ASGITransport(request.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=inside, base_url=str(request.base_url), trust_env=False
    ) as http:
        key = {"authorization": request.headers["authorization"]}
        answer = await http.request(method, prefix + path, headers=key, **told_by)
    if answer.is_success:
        return Said(answer.text)
    return Said(_refusal(answer), is_error=True)


def _query(values: Object) -> Object:
    return {
        name: json.dumps(value) if _is_nested(value) else value for name, value in values.items()
    }


def _is_nested(value: Any) -> bool:
    """Lists of words are repeated in a query; everything deeper goes as JSON."""
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)  # pyright: ignore[reportUnknownVariableType]


def _refusal(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered {answer.status_code}"


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
        for each in error.errors()[:10]
    )
