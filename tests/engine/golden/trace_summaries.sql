SELECT
  argMin(tuple(project_id, trace_id, span_id, parent_id, toUnixTimestamp64Micro(start_time), toUnixTimestamp64Micro(end_time), toUnixTimestamp64Micro(first_token_time), name, kind, level, input_preview, output_preview, model, input_tokens, output_tokens, total_tokens, total_cost, cost_source, billable, is_root, trace_name, session_id, user_id, tags, environment, release, version, public, bookmarked), bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))),
  trace_id,
  toUnixTimestamp64Micro(min(start_time)),
  toUnixTimestamp64Micro(max(end_time)),
  countIf(kind != 'trace'),
  countIf(level = 'error' AND kind != 'trace'),
  countIf(level = 'warning' AND kind != 'trace'),
  arraySort(groupUniqArrayIf(50)(model, model != '')),
  sumIf(input_tokens, billable = 1),
  sumIf(output_tokens, billable = 1),
  sumIf(total_tokens, billable = 1),
  toFloat64(sumIf(total_cost, billable = 1)),
  countIf(cost_source = 'unpriced' AND billable = 1)
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND trace_id IN {p0:Array(String)}
GROUP BY trace_id
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['t']
-- p1 = 1790000000000000
-- p2 = 1790086400000000
