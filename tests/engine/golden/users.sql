SELECT
  toFloat64(sumIf(total_cost, billable = 1)) AS value,
  user_id AS user_id,
  toUnixTimestamp64Micro(min(start_time)) AS of_first_seen,
  greatest(toUnixTimestamp64Micro(max(start_time)), toUnixTimestamp64Micro(max(end_time))) AS of_last_seen,
  uniqExact(trace_id) AS of_traces,
  uniqExactIf(session_id, session_id != '') AS of_sessions,
  countIf(level = 'error' AND kind != 'trace') AS of_errors,
  uniqExactIf(trace_id, level = 'error') AS of_failed_traces,
  sumIf(total_tokens, billable = 1) AS of_total_tokens,
  toFloat64(sumIf(total_cost, billable = 1)) AS of_total_cost,
  countIf(cost_source = 'unpriced' AND billable = 1) AS of_unpriced
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p1:Int64}, 'UTC')
  AND user_id != ''
GROUP BY user_id
ORDER BY value DESC, user_id DESC
LIMIT 51
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1790000000000000
-- p1 = 1790086400000000
