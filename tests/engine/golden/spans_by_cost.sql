SELECT toFloat64(total_cost) AS value, trace_id, span_id, toUnixTimestamp64Micro(start_time)
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p1:Int64}, 'UTC')
  AND kind != 'trace'
ORDER BY value DESC, trace_id DESC, span_id DESC
LIMIT 51
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1790000000000000
-- p1 = 1790086400000000
