SELECT bitAnd(min(bitShiftLeft(toInt64(multiIf(kind = 'trace', 0, is_root = 1, 1, 2)), 56) + toUnixTimestamp64Micro(start_time)), bitShiftLeft(1::Int64, 56) - 1) AS value, trace_id
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p13:Int64}, 'UTC')
  AND (trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND kind != 'trace'
  AND level = {p0:String}) AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
GROUP BY trace_id HAVING greatest(toUnixTimestamp64Micro(max(end_time)) - toUnixTimestamp64Micro(min(start_time)), 0) > {p3:Int64}) AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND kind != 'trace'
  AND model ILIKE {p4:String}) AND (user_id = {p5:String} OR (has(tags, {p6:String}) OR has(tags, {p7:String}))) AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND kind != 'trace'
  AND ((hasAllTokens(lower(input), arraySlice(tokens(lower({p8:String}), 'unicodeWord'), 2)) AND position(lower(input), lower({p8:String})) > 0) OR (hasAllTokens(lower(output), arraySlice(tokens(lower({p8:String}), 'unicodeWord'), 2)) AND position(lower(output), lower({p8:String})) > 0))) AND NOT (trace_id IN (SELECT trace_id FROM scores FINAL
WHERE project_id = {project:String}
  AND timestamp >= fromUnixTimestamp64Micro({p11:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Micro({p12:Int64}, 'UTC')
  AND name = {p9:String}
  AND (data_type IN ('numeric', 'boolean') AND value < {p10:Float64}))))
GROUP BY trace_id
ORDER BY value DESC, trace_id DESC
LIMIT 51
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'error'
-- p1 = 1790000000000000
-- p2 = 1790172800000000
-- p3 = 2000000
-- p4 = 'gpt%'
-- p5 = 'wzr'
-- p6 = 'a'
-- p7 = 'b'
-- p8 = 'refund policy'
-- p9 = 'q'
-- p10 = 0.5
-- p11 = 1789913600000000
-- p12 = 4102444800000000
-- p13 = 1790086400000000
