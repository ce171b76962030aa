SELECT
  greatest(toUnixTimestamp64Micro(max(start_time)), toUnixTimestamp64Micro(max(end_time))) AS value,
  session_id AS session_id,
  toUnixTimestamp64Micro(min(start_time)) AS of_first_start,
  toUnixTimestamp64Micro(max(start_time)) AS of_last_start
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND session_id != ''
  AND trace_id IN (SELECT trace_id FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
  AND kind != 'trace'
  AND level = {p0:String})
GROUP BY session_id
ORDER BY value DESC, session_id DESC
LIMIT 51
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 'error'
-- p1 = 1790000000000000
-- p2 = 1790172800000000
-- p3 = 1790086400000000
