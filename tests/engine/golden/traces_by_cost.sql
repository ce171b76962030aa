SELECT toFloat64(sumIf(total_cost, billable = 1)) AS value, trace_id
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p0:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p1:Int64}, 'UTC'))
GROUP BY trace_id
ORDER BY value DESC, trace_id DESC
LIMIT 51
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1790000000000000
-- p1 = 1790086400000000
-- p2 = 1789913600000000
-- p3 = 1790172800000000
