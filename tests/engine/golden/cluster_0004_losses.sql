-- Items that lost a part or came late are counted and shown beside those that were refused. Sums of one minute
-- are merged only where the longest delay is the same, as merging would keep any of them.
ALTER TABLE ingest_counts_local ON CLUSTER 'main' ADD COLUMN worst UInt64 CODEC(ZSTD(1)), MODIFY ORDER BY (project_id, time, outcome, reason, protocol, sdk, key_id, worst);

-- Items that lost a part or came late are counted and shown beside those that were refused. Sums of one minute
-- are merged only where the longest delay is the same, as merging would keep any of them.
ALTER TABLE ingest_counts ON CLUSTER 'main' ADD COLUMN worst UInt64 CODEC(ZSTD(1));

ALTER TABLE rejected_items_local ON CLUSTER 'main' ADD COLUMN outcome LowCardinality(String) DEFAULT 'rejected';

ALTER TABLE rejected_items ON CLUSTER 'main' ADD COLUMN outcome LowCardinality(String) DEFAULT 'rejected';
