SELECT project_id, trace_id, span_id, parent_id, toUnixTimestamp64Micro(start_time), toUnixTimestamp64Micro(end_time), toUnixTimestamp64Micro(first_token_time), name, kind, level, status_message, input_preview, output_preview, model, provider, model_parameters, response_id, finish_reason, usage, reported_usage, input_tokens, output_tokens, total_tokens, cost, total_cost, cost_source, price_id, toUnixTimestamp64Micro(price_date), billable, prompt_name, prompt_version, is_root, trace_name, session_id, user_id, tags, environment, release, version, service, public, bookmarked, metadata, attributes, resource, events, links, scope, sdk, protocol, revision, is_deleted, substringUTF8(input, 1, {p0:UInt64}), substringUTF8(output, 1, {p0:UInt64}), lengthUTF8(input), lengthUTF8(output)
FROM spans FINAL
WHERE project_id = {project:String}
  AND start_time >= fromUnixTimestamp64Micro({p3:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Micro({p4:Int64}, 'UTC')
  AND trace_id = {p1:String}
  AND span_id = {p2:String}
LIMIT 1
SETTINGS do_not_merge_across_partitions_select_final = 1, distributed_product_mode = 'local'

-- project = 'project'
-- p0 = 1000
-- p1 = 't'
-- p2 = 's'
-- p3 = 1790000000000000
-- p4 = 1790086400000000
