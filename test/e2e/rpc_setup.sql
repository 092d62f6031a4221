-- A database with Supabase's roles and schemas, and something of everything in
-- it, so that each function has what to work on.

DO $$ BEGIN
	CREATE ROLE authenticated;
	CREATE ROLE service_role BYPASSRLS;
	CREATE ROLE keeper;
END $$;
GRANT authenticated, service_role, keeper TO authenticator;
CREATE SCHEMA auth; CREATE SCHEMA extensions; CREATE SCHEMA storage;

CREATE SCHEMA prompt_mgr AUTHORIZATION keeper;
CREATE EXTENSION prompt_mgr;
SET ROLE keeper;
SELECT prompt_mgr.init();
SELECT prompt_mgr.grant_access('authenticated', 'publisher'), prompt_mgr.grant_access('service_role', 'admin');
SELECT prompt_mgr.allow_folder('authenticated', 'support/', 'publisher');

SELECT prompt_mgr.save_prompt('support/signature', 'Yours, {{from}}', labels => '{production}');
SELECT prompt_mgr.save_prompt('support/greeting', 'Hello {{name}}! {{> support/signature}}', labels => '{production,staging}', category => 'chat', tags => '{mail}',
	attributes => '{"profile_type": "customer"}', variables => '{"name": {"type": "string", "required": true}, "from": {"type": "string", "default": "us"}}');
SELECT prompt_mgr.save_prompt('support/greeting', 'Hi {{name}}! {{> support/signature}}', variables => '{"name": {"type": "string", "required": true}, "from": {"type": "string", "default": "us"}}');
SELECT prompt_mgr.activate('support/greeting', 2, reason => 'friendlier');
SELECT prompt_mgr.save_prompt('support/chat', messages => '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{question}}"}]', labels => '{production}');
SELECT prompt_mgr.save_prompt('support/draft', 'Not yet', draft => true);
SELECT prompt_mgr.save_prompt('support/old', 'Once', labels => '{production}'), prompt_mgr.archive_prompt('support/old');
SELECT prompt_mgr.save_prompt('support/former', 'Renamed'), prompt_mgr.rename_prompt('support/former', 'support/present');
SELECT prompt_mgr.save_prompt('support/unused', 'Nobody uses it');
SELECT prompt_mgr.set_default_prompt('{"profile_type": "customer"}', 'support/greeting');
SELECT prompt_mgr.save_category('letters', 'chat');
SELECT prompt_mgr.add_example('support/greeting', 2, '{"name": "Ada"}', 'Hi Ada! Yours, us');
SELECT prompt_mgr.create_experiment('exp ' || state, 'support/greeting', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "m"}]', jsonb_build_object('label', state))
FROM unnest('{draft,running,paused}'::text[]) AS state;
SELECT prompt_mgr.start_experiment('exp running'), prompt_mgr.start_experiment('exp paused'), prompt_mgr.pause_experiment('exp paused');
SELECT prompt_mgr.activate('support/greeting', 1, 'running'), prompt_mgr.activate('support/signature', 1, 'running');
SELECT prompt_mgr.serve_prompt('support/greeting', u, '{"name": "Ada"}', label => 'running'), prompt_mgr.record_outcome('exp running', u, 'm')
FROM unnest('{u1,u2,u3,u4}'::text[]) AS u;
SELECT prompt_mgr.log_execution('support/greeting', version => 2, duration => 0.5, input_tokens => 10, variables => '{"name": "Ada"}');
SELECT prompt_mgr.log_execution('support/greeting', version => 2, success => false, error_type => 'timeout');
SELECT prompt_mgr.protect_label('guarded', 'publisher', approvals => 1);
SELECT prompt_mgr.request_release('[{"name": "support/signature", "version": 1, "label": "guarded"}]', 'to be reviewed');
BEGIN;
SET LOCAL request.jwt.claims = '{"sub": "ann"}';
SELECT prompt_mgr.request_release('[{"name": "support/signature", "version": 1, "label": "plain"}]', 'to be carried out');
COMMIT;
SELECT prompt_mgr.release('[{"name": "support/chat", "version": 1, "label": "next"}]', 'done');
SELECT prompt_mgr.propose_suggestion('support/greeting', 'Hey {{name}}!', rationale => 'shorter');
SELECT prompt_mgr.tick();
