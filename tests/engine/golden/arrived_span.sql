SELECT trace_id, span_id, '', revision
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p4:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p5:Int64}, 'UTC')
  AND kind != 'trace'
  AND revision > {p0:Int64}
  AND revision <= {p1:Int64}
  AND (user_id = {p2:String} AND toUInt8(level = 'error') > {p3:Float64})
ORDER BY revision, trace_id, span_id
LIMIT 50
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1
-- p1 = 2
-- p2 = 'wzr'
-- p3 = 0.0
-- p4 = 1790000000000000
-- p5 = 1790086400000000
