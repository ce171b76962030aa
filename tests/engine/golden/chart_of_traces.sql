SELECT time,
  split0,
  if(countIf(has0) = 0 AND countIf(lacks0) > 0, NULL, sumIf(measured0, has0)) AS value0,
  if(countIf(has1) = 0, NULL, quantileIf(0.95)(measured1, has1)) AS value1,
  count() AS value2
FROM (SELECT toInt64(toUnixTimestamp(toStartOfDay(began, {p0:String}))) * 1000000 AS time, part0 AS split0, *
FROM (SELECT fromUnixTimestamp64Micro(bitAnd(min(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), bitShiftLeft(1::Int64, 56) - 1)) AS began,
  argMin(model, bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))) AS part0,
  argMin(user_id, bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))) AS whose,
  argMin(session_id, bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))) AS talk,
  countIf(level = 'error' AND kind != 'trace') AS errors,
  toFloat64(sumIf(total_cost, billable = 1)) AS measured0, countIf(billable = 1 AND cost_source NOT IN ('', 'unpriced')) > 0 AS has0, countIf(billable = 1 AND cost_source = 'unpriced') > 0 AS lacks0,
  greatest(toUnixTimestamp64Micro(max(end_time)) - toUnixTimestamp64Micro(min(start_time)), 0) AS measured1, max(toUnixTimestamp64Micro(end_time)) > 0 AS has1
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p4:Int64}, 'UTC')
  AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND is_root = 1
  AND user_id = {p1:String})
GROUP BY sipHash128(trace_id)))
GROUP BY time, split0
ORDER BY time ASC, value0 DESC, split0
LIMIT 1001
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'Asia/Shanghai'
-- p1 = 'wzr'
-- p2 = 1790000000000000
-- p3 = 1790086400000000
-- p4 = 1790172800000000
