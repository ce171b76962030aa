SELECT intDiv(toUnixTimestamp64Micro(start_time) - {p0:Int64}, 900000000) AS slice, count()
FROM spans
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p2:Int64}, 'UTC')
GROUP BY slice
ORDER BY slice
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1789999980000000
-- p1 = 1790000000000000
-- p2 = 1790086400000000
