SELECT
  3 - 1 - toUInt8(log2(bitAnd(bitNot(grouping(v0, v1, v2)), 7))) AS place,
  [toString(v0), toString(v1), toString(v2)][place + 1] AS value,
  uniqExact(cityHash64(trace_id)) AS many
FROM (SELECT trace_id, level AS v0, model AS v1, if(trace_name != '', trace_name, if(is_root = 1, name, '')) AS v2
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND environment = {p0:String})
GROUP BY GROUPING SETS ((v0), (v1), (v2))
HAVING value != ''
ORDER BY place, many DESC, value
LIMIT 30 BY place
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'prod'
-- p1 = 1790000000000000
-- p2 = 1790086400000000
