SELECT
  session_id AS session_id,
  toUnixTimestamp64Micro(min(start_time)) AS of_start_time,
  greatest(toUnixTimestamp64Micro(max(start_time)), toUnixTimestamp64Micro(max(end_time))) AS of_end_time,
  uniqExact(trace_id) AS of_traces,
  countIf(kind != 'trace') AS of_spans,
  countIf(level = 'error' AND kind != 'trace') AS of_errors,
  arraySort(groupUniqArrayIf(20)(user_id, user_id != '')) AS of_users,
  argMax(environment, start_time) AS of_environment,
  sumIf(input_tokens, billable = 1) AS of_input_tokens,
  sumIf(output_tokens, billable = 1) AS of_output_tokens,
  sumIf(total_tokens, billable = 1) AS of_total_tokens,
  toFloat64(sumIf(total_cost, billable = 1)) AS of_total_cost,
  countIf(cost_source = 'unpriced' AND billable = 1) AS of_unpriced,
  minMap([trace_id], [toUnixTimestamp64Micro(start_time)]) AS of_traces_begun
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p4:Int64}, 'UTC')
  AND session_id IN {p0:Array(String)}
  AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND kind != 'trace'
  AND level = {p1:String})
GROUP BY session_id
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['s']
-- p1 = 'error'
-- p2 = 1790000000000000
-- p3 = 1790172800000000
-- p4 = 1790086400000000
