-- Prompts in the shapes of the Model Context Protocol.
\getenv srcdir PG_ABS_SRCDIR
\set regress :srcdir '/lib/regress.sql'
\o /dev/null
\i :regress
\o
\pset format unaligned
\pset null '(null)'

SELECT prompt_mgr.save_prompt('mcp/review', 'Review this: {{code}}{{#if hint}} ({{hint}}){{/if}}', description => 'Reviews code',
		variables => '{"code": {"type": "string", "description": "What to review"}, "hint": {"type": "string", "required": false}}', labels => '{production}'),
	prompt_mgr.save_prompt('mcp/chat', messages => '[{"role": "system", "content": "Be {{mood}}."}, {"role": "assistant", "content": "Hello."}, {"role": "user", "content": [{"type": "text", "text": "First"}, {"type": "text", "text": "{{q}}"}]}]', labels => '{production}'),
	prompt_mgr.save_prompt('mcp/plain', 'No arguments', labels => '{staging}');
SELECT jsonb_pretty(prompt_mgr.mcp_list_prompts(prefix => 'mcp/'));
SELECT prompt_mgr.mcp_list_prompts(page_size => 1, prefix => 'mcp/') ->> 'nextCursor' AS first_page,
	jsonb_path_query_array(prompt_mgr.mcp_list_prompts('mcp/chat', 1, prefix => 'mcp/'), '$.prompts[*].name') AS second_page,
	prompt_mgr.mcp_list_prompts('mcp/review', prefix => 'mcp/') AS behind_the_last;
SELECT prompt_mgr.mcp_list_prompts(label => 'staging', prefix => 'mcp/');
SELECT jsonb_pretty(prompt_mgr.mcp_get_prompt('mcp/review', '{"code": "x := 1", "hint": "short"}'));
SELECT jsonb_pretty(prompt_mgr.mcp_get_prompt('mcp/chat', '{"mood": "kind", "q": "Why?"}'));
SELECT prompt_mgr.mcp_get_prompt('mcp/plain', label => 'staging');
SELECT t.state, t.message FROM (VALUES ($$mcp_get_prompt('mcp/none')$$), ($$mcp_get_prompt('mcp/plain')$$), ($$mcp_get_prompt('mcp/review')$$), ($$mcp_get_prompt(NULL)$$),
	($$mcp_list_prompts(page_size => 0)$$), ($$mcp_list_prompts(label => NULL)$$)) AS c (call), pg_temp.try('SELECT prompt_mgr.' || call) AS t;
