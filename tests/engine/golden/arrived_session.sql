SELECT '', '', session_id, max(revision) AS last
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND session_id IN (SELECT session_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND session_id IN (SELECT session_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND revision > {p0:Int64}
  AND session_id != '')
  AND (user_id = {p4:String} AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p6:Int64}, 'UTC')
GROUP BY trace_id HAVING countIf(level = 'error' AND kind != 'trace') > {p5:Float64})))
GROUP BY session_id
HAVING last > {p0:Int64} AND last <= {p1:Int64}
ORDER BY last, session_id
LIMIT 50
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1
-- p1 = 2
-- p2 = 1790000000000000
-- p3 = 1790086400000000
-- p4 = 'wzr'
-- p5 = 0.0
-- p6 = 1790172800000000
