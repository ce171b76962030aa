SELECT count()
FROM spans
WHERE project_id = {project:String}
  AND toStartOfMinute(start_time) >= toStartOfMinute(fromUnixTimestamp64Micro({p0:Int64}, 'UTC'))
  AND toStartOfMinute(start_time) <= toStartOfMinute(fromUnixTimestamp64Micro({p1:Int64}, 'UTC'))
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1790000000000000
-- p1 = 1790086400000000
