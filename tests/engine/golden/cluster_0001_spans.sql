CREATE TABLE IF NOT EXISTS spans_local ON CLUSTER 'main'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', revision, is_deleted)
PARTITION BY toYYYYMM(start_time)
ORDER BY (project_id, toStartOfMinute(start_time), trace_id, span_id)
SETTINGS min_bytes_for_wide_part = 67108864, index_granularity = 512, min_compress_block_size = 4096;

CREATE TABLE IF NOT EXISTS spans ON CLUSTER 'main' AS spans_local
ENGINE = Distributed('main', currentDatabase(), spans_local, cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS trace_times_local ON CLUSTER 'main'
(
    project_id LowCardinality(String),
    trace_id String CODEC(ZSTD(1)),
    first_start SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last_start SimpleAggregateFunction(max, DateTime64(6, 'UTC'))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
ORDER BY (project_id, trace_id)
SETTINGS index_granularity = 256, min_compress_block_size = 4096;

CREATE TABLE IF NOT EXISTS trace_times ON CLUSTER 'main' AS trace_times_local
ENGINE = Distributed('main', currentDatabase(), trace_times_local, cityHash64(trace_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS trace_times_of_spans ON CLUSTER 'main' TO trace_times_local AS
SELECT project_id, trace_id, min(start_time) AS first_start, max(start_time) AS last_start
FROM spans_local
GROUP BY project_id, trace_id;

CREATE TABLE IF NOT EXISTS scores_local ON CLUSTER 'main'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', revision, is_deleted)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, toStartOfHour(timestamp), score_id);

CREATE TABLE IF NOT EXISTS scores ON CLUSTER 'main' AS scores_local
ENGINE = Distributed('main', currentDatabase(), scores_local, cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS ingest_counts_local ON CLUSTER 'main'
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
ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', (items, bytes))
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time, outcome, reason, protocol, sdk, key_id);

CREATE TABLE IF NOT EXISTS ingest_counts ON CLUSTER 'main' AS ingest_counts_local
ENGINE = Distributed('main', currentDatabase(), ingest_counts_local, rand());

CREATE TABLE IF NOT EXISTS rejected_items_local ON CLUSTER 'main'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
PARTITION BY toYYYYMM(time)
ORDER BY (project_id, time)
TTL toDateTime(time) + INTERVAL 30 DAY;

CREATE TABLE IF NOT EXISTS rejected_items ON CLUSTER 'main' AS rejected_items_local
ENGINE = Distributed('main', currentDatabase(), rejected_items_local, rand());
