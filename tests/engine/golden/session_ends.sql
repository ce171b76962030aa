SELECT session_id,
  if(argMinIf(input_preview, start_time, input_preview != '' AND is_root = 1) AS head_input_preview != '', head_input_preview, argMinIf(input_preview, start_time, input_preview != '')),
  if(argMaxIf(output_preview, start_time, output_preview != '' AND is_root = 1) AS head_output_preview != '', head_output_preview, argMaxIf(output_preview, start_time, output_preview != ''))
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND trace_id IN {p0:Array(String)}
  AND session_id IN {p1:Array(String)}
  AND (is_root = 1 OR kind = 'llm')
GROUP BY session_id
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['a', 'b']
-- p1 = ['s']
-- p2 = 1790000000000000
-- p3 = 1790086400000000
