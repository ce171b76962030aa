SELECT '', '', session_id, max(revision) AS last
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND session_id IN (SELECT session_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND revision > {p0:Int64}
  AND session_id != '')
GROUP BY session_id
HAVING last > {p0:Int64} AND last <= {p1:Int64} AND (last, session_id) > ({p1:Int64}, {p4:String})
ORDER BY last, session_id
LIMIT 50
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1
-- p1 = 2
-- p2 = 1790000000000000
-- p3 = 1790086400000000
-- p4 = 'c'
