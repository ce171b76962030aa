-- shard spans by cityHash64(trace_id)
CREATE TABLE spans
(
    project_id LowCardinality(String),
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    parent_id String CODEC(ZSTD(1)),
    start_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    end_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    first_token_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    name LowCardinality(String),
    kind LowCardinality(String),
    level LowCardinality(String),
    status_message String CODEC(ZSTD(1)),
    input String CODEC(ZSTD(1)),
    output String CODEC(ZSTD(1)),
    input_preview String CODEC(ZSTD(1)),
    output_preview String CODEC(ZSTD(1)),
    model LowCardinality(String),
    provider LowCardinality(String),
    model_parameters String CODEC(ZSTD(1)),
    response_id String CODEC(ZSTD(1)),
    finish_reason LowCardinality(String),
    usage Map(LowCardinality(String), UInt64) CODEC(ZSTD(1)),
    reported_usage String CODEC(ZSTD(1)),
    input_tokens UInt64 CODEC(ZSTD(1)),
    output_tokens UInt64 CODEC(ZSTD(1)),
    total_tokens UInt64 CODEC(ZSTD(1)),
    cost Map(LowCardinality(String), Decimal(18, 12)) CODEC(ZSTD(1)),
    total_cost Decimal(18, 12) CODEC(ZSTD(1)),
    cost_source LowCardinality(String),
    price_id LowCardinality(String),
    price_date DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    billable UInt8,
    prompt_name LowCardinality(String),
    prompt_version UInt32 CODEC(ZSTD(1)),
    is_root UInt8,
    trace_name LowCardinality(String),
    session_id String CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    tags Array(LowCardinality(String)) CODEC(ZSTD(1)),
    environment LowCardinality(String),
    release LowCardinality(String),
    version LowCardinality(String),
    service LowCardinality(String),
    public UInt8,
    bookmarked UInt8,
    metadata Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    events String CODEC(ZSTD(1)),
    links String CODEC(ZSTD(1)),
    scope LowCardinality(String),
    sdk LowCardinality(String),
    protocol LowCardinality(String),
    revision UInt64 CODEC(Delta(8), ZSTD(1)),
    is_deleted UInt8,
    INDEX by_trace trace_id TYPE bloom_filter(0.005) GRANULARITY 1,
    INDEX by_span span_id TYPE bloom_filter(0.005) GRANULARITY 1,
    INDEX by_user user_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_received revision TYPE minmax GRANULARITY 1,
    INDEX words_in_input lower(input) TYPE text(tokenizer = 'unicodeWord'),
    INDEX words_in_output lower(output) TYPE text(tokenizer = 'unicodeWord')
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, toStartOfMinute(start_time), trace_id, span_id)
SETTINGS min_bytes_for_wide_part = 67108864, index_granularity = 512, min_compress_block_size = 4096;

-- shard trace_times by cityHash64(trace_id)
CREATE TABLE trace_times
(
    project_id LowCardinality(String),
    trace_id String CODEC(ZSTD(1)),
    first_start SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last_start SimpleAggregateFunction(max, DateTime64(6, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (project_id, trace_id)
SETTINGS index_granularity = 256, min_compress_block_size = 4096;

CREATE MATERIALIZED VIEW trace_times_of_spans TO trace_times AS
SELECT project_id, trace_id, min(start_time) AS first_start, max(start_time) AS last_start
FROM spans
GROUP BY project_id, trace_id;

-- shard scores by cityHash64(trace_id)
CREATE TABLE scores
(
    project_id LowCardinality(String),
    score_id String CODEC(ZSTD(1)),
    timestamp DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    name LowCardinality(String),
    data_type LowCardinality(String),
    source LowCardinality(String),
    value Float64 CODEC(ZSTD(1)),
    text String CODEC(ZSTD(1)),
    comment String CODEC(ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    experiment_id String CODEC(ZSTD(1)),
    config_id String CODEC(ZSTD(1)),
    queue_id String CODEC(ZSTD(1)),
    author_id String CODEC(ZSTD(1)),
    environment LowCardinality(String),
    metadata Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    revision UInt64 CODEC(Delta(8), ZSTD(1)),
    is_deleted UInt8,
    INDEX by_trace trace_id TYPE bloom_filter(0.005) GRANULARITY 1,
    INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_score score_id TYPE bloom_filter(0.005) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, toStartOfHour(timestamp), score_id);

-- shard ingest_counts by rand()
CREATE TABLE ingest_counts
(
    project_id LowCardinality(String),
    time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    outcome LowCardinality(String),
    reason LowCardinality(String),
    protocol LowCardinality(String),
    sdk LowCardinality(String),
    key_id LowCardinality(String),
    items UInt64 CODEC(ZSTD(1)),
    bytes UInt64 CODEC(ZSTD(1))
)
ENGINE = SummingMergeTree((items, bytes))
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time, outcome, reason, protocol, sdk, key_id);

-- shard rejected_items by rand()
CREATE TABLE rejected_items
(
    project_id LowCardinality(String),
    time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    reason LowCardinality(String),
    message String CODEC(ZSTD(1)),
    protocol LowCardinality(String),
    sdk LowCardinality(String),
    key_id LowCardinality(String),
    item_id String CODEC(ZSTD(1)),
    head String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time)
TTL toDateTime(time) + INTERVAL 30 DAY;
