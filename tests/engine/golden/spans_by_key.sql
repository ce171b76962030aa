SELECT project_id, trace_id, span_id, parent_id, toUnixTimestamp64Micro(start_time), toUnixTimestamp64Micro(end_time), toUnixTimestamp64Micro(first_token_time), name, kind, level, status_message, input_preview, output_preview, model, provider, usage, input_tokens, output_tokens, total_tokens, total_cost, cost_source, billable, prompt_name, prompt_version, is_root, trace_name, session_id, user_id, tags, environment, release, version, service, public, bookmarked
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p2:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p3:Int64}, 'UTC')
  AND trace_id IN {p0:Array(String)}
  AND span_id IN {p1:Array(String)}
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = ['t']
-- p1 = ['s']
-- p2 = 1790000000000000
-- p3 = 1790086400000000
