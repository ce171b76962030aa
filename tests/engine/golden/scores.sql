SELECT project_id, score_id, toUnixTimestamp64Micro(timestamp), name, data_type, source, value, text, comment, trace_id, span_id, session_id, experiment_id, config_id, queue_id, author_id, environment, metadata, revision, is_deleted
FROM scores FINAL
WHERE project_id = {project:String}
  AND timestamp >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Micro({p1:Int64}, 'UTC')
ORDER BY timestamp DESC, score_id DESC
LIMIT 51 OFFSET 0
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1790000000000000
-- p1 = 1790086400000000
