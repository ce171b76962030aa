SELECT time,
  split0,
  if(countIf(name = {p0:String}) = 0, NULL, avgIf(value, name = {p0:String})) AS value0
FROM (SELECT toInt64(toUnixTimestamp(toStartOfDay(timestamp, {p3:String}))) * 1000000 AS time, name, value, source, trace_id, span_id
FROM scores FINAL
WHERE project_id = {project:String}
  AND timestamp >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND name IN ({p0:String})
  AND data_type IN ('numeric', 'boolean')) AS scored
INNER JOIN (SELECT DISTINCT trace_id, arrayJoin(if(is_root = 1, [span_id, ''], [span_id])) AS target_id, model AS split0
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p5:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND user_id = {p4:String}) AS target
ON scored.trace_id = target.trace_id AND scored.span_id = target.target_id
GROUP BY time, split0
ORDER BY time ASC, value0 DESC, split0
LIMIT 1001
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'quality'
-- p1 = 1790000000000000
-- p2 = 1790086400000000
-- p3 = 'Asia/Shanghai'
-- p4 = 'wzr'
-- p5 = 1787408000000000
