-- A second version goes live and back, in one statement each.

SELECT prompt_mgr.save_prompt('greeting', 'Hello {{name}}, how can we help?', labels => '{production}') AS first_version \gset
SELECT prompt_mgr.save_prompt('greeting', 'Hi {{name}}! What is up?', change_note => 'younger') AS second_version \gset
SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada"}') AS first_text \gset
SELECT prompt_mgr.activate('greeting', :second_version, reason => 'campaign begins') \g /dev/null
SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada"}') AS second_text \gset
SELECT prompt_mgr.rollback('greeting', reason => 'complaints') AS back_to \gset
SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada"}') AS third_text \gset

\echo ' version' :first_version 'is saved and live:     ' :first_text
\echo ' version' :second_version 'is saved and activated:' :second_text
\echo ' version' :back_to 'is rolled back to:      ' :third_text
\echo
\echo ' The history is a query:'
\echo
SELECT move_no AS move, version, to_char(held_from, 'HH24:MI:SS.MS') AS "from",
	coalesce(to_char(held_until, 'HH24:MI:SS.MS'), 'now') AS until, coalesce(reason, '') AS reason
FROM prompt_mgr.label_history('greeting');
