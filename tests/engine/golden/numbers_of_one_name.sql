SELECT name, groupArray(trace_id), groupArray(span_id), groupArray(mean)
FROM (
  SELECT name, trace_id, span_id, if(countIf(source != 'annotation') > 0, avgIf(value, source != 'annotation'), avg(value)) AS mean
FROM scores FINAL
WHERE project_id = {project:String}
  AND trace_id IN {p0:Array(String)}
  AND data_type IN ('numeric', 'boolean')
  AND name = {p1:String}
  GROUP BY name, trace_id, span_id
)
GROUP BY name
ORDER BY name
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['t']
-- p1 = 'quality'
