"""The relational tables. Times are integers, microseconds since 1970 UTC; ids are texts.

`migrations/` is the history of the same tables; a test holds the two together.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owned_by(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


organisations = Table(
    "organisations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

projects = Table(
    "projects",
    metadata,
    Column("id", String(64), primary_key=True),
    Column(
        "organisation_id", String(64), _owned_by("organisations.id"), nullable=False, index=True
    ),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("metadata", Text, nullable=False, comment="JSON: what programs keep about it"),
    Column("updated_at", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False, comment="empty: none set"),
    Column("created_at", BigInteger, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", String(64), _owned_by("users.id"), primary_key=True),
    Column("organisation_id", String(64), _owned_by("organisations.id"), primary_key=True),
    Column("role", String(16), nullable=False),
)

project_memberships = Table(
    "project_memberships",
    metadata,
    Column("user_id", String(64), _owned_by("users.id"), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("role", String(16), nullable=False, comment="stands instead of the organisation's"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, index=True),
    Column("public_key", String(200), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("secret_hint", String(8), nullable=False),
    Column("note", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="0: never"),
)

organisation_keys = Table(
    "organisation_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column(
        "organisation_id", String(64), _owned_by("organisations.id"), nullable=False, index=True
    ),
    Column("public_key", String(200), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("secret_hint", String(8), nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="0: never"),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(64), _owned_by("users.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(64), _owned_by("users.id"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

price_overrides = Table(
    "price_overrides",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False, comment="pricing.Override as JSON"),
    Column("created_at", BigInteger, nullable=False),
)

dashboards = Table(
    "dashboards",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("widgets", LargeBinary, nullable=False, comment="JSON"),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

open_spans = Table(
    "open_spans",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("trace_id", String(800), primary_key=True),
    Column("span_id", String(800), primary_key=True, comment="empty: the trace's own record"),
    Column("state", LargeBinary, nullable=False, comment="empty: the trace's rows have left"),
    Column("updated_at", BigInteger, nullable=False, index=True),
    Index("ix_open_spans_project_id_span_id", "project_id", "span_id"),
)

waiting_messages = Table(
    "waiting_messages",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("trace_id", String(64), primary_key=True),
    Column("span_id", String(64), primary_key=True),
    Column("digest", String(64), primary_key=True, comment="of the body: a repeat changes nothing"),
    Column("time", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("event", LargeBinary, nullable=False, comment="a log record as JSON"),
    Column("received_at", BigInteger, nullable=False, index=True),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, index=True),
    Column("owner_id", String(64), _owned_by("users.id"), nullable=False),
    Column("list", String(16), nullable=False, comment="traces or spans"),
    Column("name", Text, nullable=False),
    Column("shared", Boolean, nullable=False, comment="with everybody in the project"),
    Column("query", Text, nullable=False, comment="what its address holds, as JSON"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

default_views = Table(
    "default_views",
    metadata,
    Column("user_id", String(64), _owned_by("users.id"), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("list", String(16), primary_key=True),
    Column("view_id", String(64), _owned_by("saved_views.id"), nullable=False),
)

exports = Table(
    "exports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, index=True),
    Column("creator_id", String(64), nullable=False, comment="of a person or a key"),
    Column("list", String(16), nullable=False, comment="traces or spans"),
    Column("format", String(16), nullable=False),
    Column("filter", Text, nullable=False),
    Column("order", String(32), nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False, comment="written so far"),
    Column("total", BigInteger, nullable=False, comment="to write; 0 until counted"),
    Column("bytes", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False, comment="of the worker"),
    Column("finished_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="its file is kept until then"),
)

prompts = Table(
    "prompts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("type", String(16), nullable=False),
    Column("tags", Text, nullable=False, comment="JSON"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

prompt_versions = Table(
    "prompt_versions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("prompt_id", String(64), _owned_by("prompts.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False, comment="JSON: text or messages"),
    Column("config", Text, nullable=False, comment="JSON"),
    Column("commit_message", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("prompt_id", "version"),
)

prompt_labels = Table(
    "prompt_labels",
    metadata,
    Column("prompt_id", String(64), _owned_by("prompts.id"), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("place", Integer, nullable=False, comment="in the order they were given"),
)

prompt_label_moves = Table(
    "prompt_label_moves",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("prompt_name", String(255), nullable=False),
    Column("label", String(64), nullable=False),
    Column("from_version", Integer, nullable=False, comment="0: had none"),
    Column("to_version", Integer, nullable=False, comment="0: was taken away"),
    Column("reason", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("moved_at", BigInteger, nullable=False),
    Index("ix_prompt_label_moves_project_id_moved_at", "project_id", "moved_at"),
)

prompt_revisions = Table(
    "prompt_revisions",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

prompt_label_rules = Table(
    "prompt_label_rules",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("needs_approval", Boolean, nullable=False, comment="of a second person"),
    Column("author_id", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

prompt_requests = Table(
    "prompt_requests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("prompt_name", String(255), nullable=False),
    Column("label", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False, comment="an address, such as an experiment's"),
    Column("experiment_id", String(200), nullable=False, comment="empty: none"),
    Column("experiment_name", Text, nullable=False, comment="as it was, should it be deleted"),
    Column("baseline_id", String(200), nullable=False, comment="empty: none"),
    Column("baseline_name", Text, nullable=False),
    Column("status", String(16), nullable=False, comment="open, granted, refused, withdrawn"),
    Column("author_id", String(64), nullable=False, comment="a person"),
    Column("created_at", BigInteger, nullable=False),
    Column("decided_by", String(64), nullable=False, comment="a person; empty: nobody yet"),
    Column("decided_at", BigInteger, nullable=False, comment="0: not yet"),
    Column("note", Text, nullable=False, comment="of who decided"),
    Index("ix_prompt_requests_project_id_created_at", "project_id", "created_at"),
)

prompt_splits = Table(
    "prompt_splits",
    metadata,
    Column("prompt_id", String(64), _owned_by("prompts.id"), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("arms", Text, nullable=False, comment="JSON: [[label, weight], …]"),
    Column("author_id", String(64), nullable=False),
    Column("started_at", BigInteger, nullable=False),
)

prompt_webhooks = Table(
    "prompt_webhooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False, comment="encrypted"),
    Column("is_active", Boolean, nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_prompt_webhooks_project_id", "project_id"),
)

prompt_deliveries = Table(
    "prompt_deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("webhook_id", String(64), _owned_by("prompt_webhooks.id"), nullable=False),
    Column("event", String(64), nullable=False),
    Column("payload", Text, nullable=False, comment="JSON, as it is sent"),
    Column("status", String(16), nullable=False, comment="waiting, delivered, failed"),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("response_status", Integer, nullable=False, comment="0: there was no answer"),
    Column("error", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_prompt_deliveries_status_next_at", "status", "next_at"),
    Index("ix_prompt_deliveries_webhook_id_created_at", "webhook_id", "created_at"),
)

# -- data sets and experiments -------------------------------------------------------------------

datasets = Table(
    "datasets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("description", Text, nullable=False),
    Column("metadata", Text, nullable=False, comment="JSON"),
    Column("input_schema", Text, nullable=False, comment="JSON Schema; empty: none"),
    Column("expected_output_schema", Text, nullable=False, comment="JSON Schema; empty: none"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

dataset_items = Table(
    "dataset_items",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("id", String(800), primary_key=True),
    Column("valid_from", BigInteger, primary_key=True),
    Column("valid_to", BigInteger, nullable=False, comment="0: still valid"),
    Column("dataset_id", String(64), _owned_by("datasets.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("input", Text, nullable=False, comment="JSON"),
    Column("expected_output", Text, nullable=False, comment="JSON"),
    Column("metadata", Text, nullable=False, comment="JSON"),
    Column("source_trace_id", Text, nullable=False),
    Column("source_span_id", Text, nullable=False),
    Column("split", String(100), nullable=False, comment="train, test …; empty: none"),
    Column("tags", Text, nullable=False, comment="JSON: list of texts"),
    Column("created_at", BigInteger, nullable=False, comment="of the item, in all its versions"),
    Index("ix_dataset_items_dataset_id_created_at", "dataset_id", "created_at"),
)

experiments = Table(
    "experiments",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("dataset_id", String(64), nullable=False, comment="empty: over local data"),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("metadata", Text, nullable=False, comment="JSON"),
    Column("started_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_experiments_project_id_started_at", "project_id", "started_at"),
    Index("ix_experiments_dataset_id", "dataset_id"),
)

experiment_items = Table(
    "experiment_items",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("experiment_id", String(200), nullable=False),
    Column("item_id", String(800), nullable=False),
    Column("trace_id", String(800), nullable=False),
    Column("span_id", String(800), nullable=False, comment="empty: the whole trace"),
    Column("item_version", BigInteger, nullable=False, comment="0: not told"),
    Column("expected_output", Text, nullable=False, comment="JSON as the client told; empty: not"),
    Column("item_metadata", Text, nullable=False, comment="JSON; empty: not told"),
    Column("started_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "experiment_id", "item_id", "trace_id"),
    Index("ix_experiment_items_project_id_started_at", "project_id", "started_at"),
    Index("ix_experiment_items_project_id_trace_id", "project_id", "trace_id"),
)

# -- scores by people, comments, media -----------------------------------------------------------

score_configs = Table(
    "score_configs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, index=True),
    Column("name", String(500), nullable=False),
    Column("data_type", String(16), nullable=False),
    Column("min_value", Float, comment="null: no bound"),
    Column("max_value", Float, comment="null: no bound"),
    Column("categories", Text, nullable=False, comment="JSON: list of {label, value}"),
    Column("description", Text, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

comments = Table(
    "comments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("object_type", String(16), nullable=False),
    Column("object_id", String(800), nullable=False),
    Column("trace_id", String(800), nullable=False, comment="of a commented span, when told"),
    Column("content", Text, nullable=False),
    Column("anchor", Text, nullable=False, comment="JSON: the piece of text meant; empty: all"),
    Column("author_id", String(200), nullable=False, comment="a person; empty: a program"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_comments_project_id_object", "project_id", "object_type", "object_id"),
    Index("ix_comments_project_id_created_at", "project_id", "created_at"),
    Index("ix_comments_project_id_trace_id", "project_id", "trace_id"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("comment_id", String(64), _owned_by("comments.id"), primary_key=True),
    Column("user_id", String(64), _owned_by("users.id"), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_mentions_user_id_created_at", "user_id", "created_at"),
)

session_marks = Table(
    "session_marks",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("session_id", String(800), primary_key=True),
    Column("mark", String(16), primary_key=True, comment="bookmarked, public"),
    Column("author_id", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False, comment="base64"),
    Column("content_type", String(200), nullable=False),
    Column("content_length", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("uploaded_at", BigInteger, nullable=False, comment="0: not yet there"),
    Column("upload_status", Integer, nullable=False, comment="HTTP, as the client told; 0: not"),
    Column("upload_error", Text, nullable=False),
)

media_uses = Table(
    "media_uses",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("media_id", String(64), primary_key=True),
    Column("trace_id", String(800), primary_key=True, comment="empty: of a data set item"),
    Column("object_id", String(800), primary_key=True, comment="a span or item; empty: the trace"),
    Column("field", String(32), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["project_id", "media_id"], ["media.project_id", "media.id"], ondelete="CASCADE"
    ),
    Index("ix_media_uses_project_id_trace_id", "project_id", "trace_id"),
)

# -- annotation queues ---------------------------------------------------------------------------

annotation_queues = Table(
    "annotation_queues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("description", Text, nullable=False),
    Column("score_config_ids", Text, nullable=False, comment="JSON"),
    Column("instructions", Text, nullable=False, comment="Markdown, for who annotates"),
    Column("overlap", Integer, nullable=False, comment="people that each item needs"),
    Column("is_blind", Boolean, nullable=False, comment="nobody sees what others said"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

annotation_queue_items = Table(
    "annotation_queue_items",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("queue_id", String(64), _owned_by("annotation_queues.id"), nullable=False, index=True),
    Column("object_type", String(16), nullable=False),
    Column("object_id", String(800), nullable=False),
    Column("trace_id", String(800), nullable=False, comment="of a trace or span"),
    Column("status", String(16), nullable=False),
    Column("annotator_id", String(64), nullable=False, comment="who completed it"),
    Column("completed_at", BigInteger, nullable=False, comment="0: not yet"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column(
        "chosen", String(16), nullable=False, comment="random, unsure, disputed; empty: by hand"
    ),
    Column("adjudicator_id", String(64), nullable=False, comment="who settled it"),
    Column("adjudicated_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_annotation_queue_items_queue_id_object_id", "queue_id", "object_id"),
    Index("ix_annotation_queue_items_queue_id_trace_id", "queue_id", "trace_id"),
    Index("ix_annotation_queue_items_queue_id_status", "queue_id", "status", "created_at", "id"),
)

annotation_reviews = Table(
    "annotation_reviews",
    metadata,
    Column("item_id", String(64), _owned_by("annotation_queue_items.id"), primary_key=True),
    Column("user_id", String(64), _owned_by("users.id"), primary_key=True),
    Column("status", String(16), nullable=False, comment="taken, completed, skipped"),
    Column("taken_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_annotation_reviews_user_id_status", "user_id", "status"),
)

annotation_queue_assignments = Table(
    "annotation_queue_assignments",
    metadata,
    Column("queue_id", String(64), _owned_by("annotation_queues.id"), primary_key=True),
    Column("user_id", String(64), _owned_by("users.id"), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)

# -- models that the server calls ----------------------------------------------------------------

model_connections = Table(
    "model_connections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("provider", String(32), nullable=False),
    Column("base_url", Text, nullable=False, comment="empty: the provider's own"),
    Column(
        "secret", Text, nullable=False, comment="key and secret headers, encrypted; empty: none"
    ),
    Column("secret_hint", String(8), nullable=False, comment="last characters of the key"),
    Column("models", Text, nullable=False, comment="JSON: list of names"),
    Column("options", Text, nullable=False, comment="JSON: region, API version and the like"),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

model_budgets = Table(
    "model_budgets",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("daily", Float, nullable=False, comment="US dollars a day"),
)

model_spend = Table(
    "model_spend",
    metadata,
    Column("project_id", String(64), _owned_by("projects.id"), primary_key=True),
    Column("day", Integer, primary_key=True, comment="since 1970, UTC"),
    Column("cost", Float, nullable=False, comment="US dollars"),
    Column("calls", Integer, nullable=False),
)

playgrounds = Table(
    "playgrounds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, comment="JSON, as the page has it"),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

# -- evaluation ----------------------------------------------------------------------------------

evaluators = Table(
    "evaluators",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("is_lower_better", Boolean, nullable=False),
    UniqueConstraint("project_id", "name"),
)

evaluator_versions = Table(
    "evaluator_versions",
    metadata,
    Column("evaluator_id", String(64), _owned_by("evaluators.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String(16), nullable=False, comment="judge, pairwise, panel, metric, code"),
    Column("settings", Text, nullable=False, comment="JSON, by kind"),
    Column("note", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
)

evaluation_rules = Table(
    "evaluation_rules",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("evaluator_id", String(64), _owned_by("evaluators.id"), nullable=False),
    Column("evaluator_version", Integer, nullable=False, comment="0: always the newest"),
    Column("target", String(16), nullable=False, comment="span, trace, session"),
    Column("filter", Text, nullable=False, comment="in the filter language; empty: all"),
    Column("sampling", Float, nullable=False, comment="probability, above 0 to 1"),
    Column("delay", Integer, nullable=False, comment="seconds without news before it is judged"),
    Column("daily_budget", Float, comment="US dollars; null: none of its own"),
    Column("is_active", Boolean, nullable=False),
    Column("seen_until", BigInteger, nullable=False, comment="receipt up to which it has looked"),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("variables", Text, nullable=False, comment="JSON: path by variable of the prompt"),
    Column("told_filter", Text, nullable=False, comment="JSON, in a client's words; empty: none"),
    UniqueConstraint("project_id", "name"),
)

evaluation_rule_evaluators = Table(
    "evaluation_rule_evaluators",
    metadata,
    Column("rule_id", String(64), _owned_by("evaluation_rules.id"), primary_key=True),
    Column("evaluator_id", String(64), _owned_by("evaluators.id"), primary_key=True, index=True),
    Column("place", Integer, nullable=False, comment="in the order they were given"),
    Column("variables", Text, nullable=False, comment="JSON: path by variable of the prompt"),
)

dataset_rules = Table(
    "dataset_rules",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("dataset_id", String(64), _owned_by("datasets.id"), nullable=False, index=True),
    Column("target", String(16), nullable=False, comment="span, trace"),
    Column("filter", Text, nullable=False, comment="in the filter language; empty: all"),
    Column("sampling", Float, nullable=False, comment="probability, above 0 to 1"),
    Column("delay", Integer, nullable=False, comment="seconds without news before it is taken"),
    Column("daily_limit", Integer, nullable=False, comment="items of a day, UTC"),
    Column("split", String(100), nullable=False, comment="empty: none"),
    Column("tags", Text, nullable=False, comment="JSON array"),
    Column("is_active", Boolean, nullable=False),
    Column("seen_until", BigInteger, nullable=False, comment="receipt up to which it has looked"),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("added", Integer, nullable=False, comment="items that came of it"),
    Column("refused", Integer, nullable=False, comment="that did not fit the schemas"),
    Column("reason", Text, nullable=False, comment="of the last refused"),
    Column("day", Integer, nullable=False, comment="of the count that follows, since 1970"),
    Column("added_that_day", Integer, nullable=False),
    UniqueConstraint("project_id", "name"),
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", String(64), primary_key=True, comment="derived: what, by which, for whom"),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("evaluator_id", String(64), nullable=False),
    Column("evaluator_version", Integer, nullable=False),
    Column("rule_id", String(64), nullable=False, comment="empty: not of a rule"),
    Column("experiment_id", String(200), nullable=False, comment="empty: not of an experiment"),
    Column("against", String(200), nullable=False, comment="experiment a pairwise judge looks at"),
    Column("trace_id", Text, nullable=False),
    Column("span_id", Text, nullable=False, comment="empty: the whole trace, or a session"),
    Column("session_id", Text, nullable=False),
    Column("probability", Float, nullable=False, comment="with which it was chosen"),
    Column("status", String(16), nullable=False, comment="waiting, running, done, failed, held"),
    Column("attempts", Integer, nullable=False),
    Column("run_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("cost", Float, nullable=False, comment="US dollars"),
    Column("run_trace_id", String(64), nullable=False, comment="the evaluator's own trace"),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_evaluations_status_run_at", "status", "run_at"),
    Index("ix_evaluations_rule_id_created_at", "rule_id", "created_at"),
    Index("ix_evaluations_project_id_experiment_id", "project_id", "experiment_id"),
    Index("ix_evaluations_project_id_evaluator_id", "project_id", "evaluator_id", "created_at"),
)

# -- background work -----------------------------------------------------------------------------

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(200), nullable=False, comment="such as an experiment's id"),
    Column("settings", Text, nullable=False, comment="JSON, by kind"),
    Column("status", String(16), nullable=False, comment="waiting, running, done, failed, …"),
    Column("attempts", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("cost", Float, nullable=False, comment="US dollars so far"),
    Column("error", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("run_at", BigInteger, nullable=False, comment="not before"),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_jobs_status_run_at", "status", "run_at"),
    Index("ix_jobs_project_id_kind_created_at", "project_id", "kind", "created_at"),
    Index("ix_jobs_project_id_subject", "project_id", "subject"),
)

storage_exports = Table(
    "storage_exports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), _owned_by("projects.id"), nullable=False, unique=True),
    Column("bucket", Text, nullable=False),
    Column("endpoint", Text, nullable=False, comment="empty: Amazon's own"),
    Column("region", String(64), nullable=False),
    Column("access_key_id", Text, nullable=False),
    Column("secret", Text, nullable=False, comment="encrypted"),
    Column("prefix", Text, nullable=False),
    Column("by_path", Boolean, nullable=False),
    Column("frequency", String(32), nullable=False),
    Column("file_type", String(16), nullable=False),
    Column("is_compressed", Boolean, nullable=False),
    Column("tables", Text, nullable=False, comment="JSON"),
    Column("groups", Text, nullable=False, comment="JSON: of fields of observations"),
    Column("mode", String(32), nullable=False),
    Column("starts_at", BigInteger, nullable=False, comment="0: with the first trace"),
    Column("is_enabled", Boolean, nullable=False),
    Column("exported_until", BigInteger, nullable=False, comment="0: nothing yet"),
    Column("next_at", BigInteger, nullable=False),
    Column("error", Text, nullable=False, comment="of the last run; empty: it went well"),
    Column("error_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

server_secrets = Table(
    "server_secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), nullable=False, comment="made at random when first needed"),
)
