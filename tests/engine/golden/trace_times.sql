SELECT toUnixTimestamp64Micro(min(first)), toUnixTimestamp64Micro(max(last))
FROM (
  SELECT min(first_start) AS first, max(last_start) AS last
FROM trace_times
WHERE project_id = {project:String}
  AND trace_id IN {p0:Array(String)}
  GROUP BY trace_id
)
GROUP BY intDiv(toUnixTimestamp64Micro(first), 600000000)
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['t', 'u']
