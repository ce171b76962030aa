SELECT toUnixTimestamp64Micro(start_time) AS value, trace_id, span_id, toUnixTimestamp64Micro(start_time)
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p11:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p12:Int64}, 'UTC')
  AND kind != 'trace'
  AND (level = {p0:String} AND (toUnixTimestamp64Micro(end_time) > 0 AND greatest(toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time), 0) > {p1:Int64}) AND model ILIKE {p2:String} AND (user_id = {p3:String} OR (has(tags, {p4:String}) OR has(tags, {p5:String}))) AND ((hasAllTokens(lower(input), arraySlice(tokens(lower({p6:String}), 'unicodeWord'), 2)) AND position(lower(input), lower({p6:String})) > 0) OR (hasAllTokens(lower(output), arraySlice(tokens(lower({p6:String}), 'unicodeWord'), 2)) AND position(lower(output), lower({p6:String})) > 0)) AND NOT ((trace_id, span_id) IN (SELECT trace_id, span_id FROM scores FINAL
WHERE project_id = {project:String}
  AND timestamp >= fromUnixTimestamp64Micro({p9:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Micro({p10:Int64}, 'UTC')
  AND name = {p7:String}
  AND (data_type IN ('numeric', 'boolean') AND value < {p8:Float64}))))
ORDER BY value DESC, trace_id DESC, span_id DESC
LIMIT 51
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'error'
-- p1 = 2000000
-- p2 = 'gpt%'
-- p3 = 'wzr'
-- p4 = 'a'
-- p5 = 'b'
-- p6 = 'refund policy'
-- p7 = 'q'
-- p8 = 0.5
-- p9 = 1789913600000000
-- p10 = 4102444800000000
-- p11 = 1790000000000000
-- p12 = 1790086400000000
