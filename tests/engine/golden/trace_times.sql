SELECT toUnixTimestamp64Micro(min(first_start)), toUnixTimestamp64Micro(max(last_start))
FROM trace_times
WHERE project_id = {project:String}
  AND trace_id IN {p0:Array(String)}
GROUP BY trace_id
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['t', 'u']
