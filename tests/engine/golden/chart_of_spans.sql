SELECT time,
  split0,
  if(countIf(billable = 1 AND cost_source NOT IN ('', 'unpriced')) = 0 AND countIf(billable = 1 AND cost_source = 'unpriced') > 0, NULL, sumIf(toFloat64(total_cost), billable = 1 AND cost_source NOT IN ('', 'unpriced'))) AS value0,
  if(countIf(toUnixTimestamp64Micro(end_time) > 0) = 0, NULL, quantileIf(0.95)(greatest(toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time), 0), toUnixTimestamp64Micro(end_time) > 0)) AS value1,
  count() AS value2
FROM (SELECT toInt64(toUnixTimestamp(toStartOfDay(start_time, {p3:String}))) * 1000000 AS time, model AS split0, *
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND kind != 'trace'
  AND user_id = {p0:String})
GROUP BY time, split0
ORDER BY time ASC, value0 DESC, split0
LIMIT 1001
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'wzr'
-- p1 = 1790000000000000
-- p2 = 1790086400000000
-- p3 = 'Asia/Shanghai'
