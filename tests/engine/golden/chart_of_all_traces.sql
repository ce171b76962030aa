SELECT time,
  split0,
  count() AS value0
FROM (SELECT toInt64(toUnixTimestamp(toStartOfDay(began, {p0:String}))) * 1000000 AS time, part0 AS split0, *
FROM (SELECT fromUnixTimestamp64Micro(bitAnd(min(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), bitShiftLeft(1::Int64, 56) - 1)) AS began,
  argMin(model, bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))) AS part0,
  argMin(user_id, bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))) AS whose,
  argMin(session_id, bitShiftLeft(toUInt128(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), 64) + byteSwap(reinterpretAsUInt64(span_id))) AS talk,
  countIf(level = 'error' AND kind != 'trace') AS errors
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
GROUP BY sipHash128(trace_id)
HAVING countIf(is_root = 1 AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')) > 0))
GROUP BY time, split0
ORDER BY time ASC, value0 DESC, split0
LIMIT 1001
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'Asia/Shanghai'
-- p1 = 1790000000000000
-- p2 = 1790172800000000
-- p3 = 1790086400000000
