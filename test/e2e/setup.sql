-- A database as a team that calls prompt_mgr through PostgREST would have it.

CREATE ROLE authenticator LOGIN NOINHERIT;
CREATE ROLE anon;
CREATE ROLE app_user;
CREATE ROLE publisher_user;
GRANT anon, app_user, publisher_user TO authenticator;

CREATE EXTENSION prompt_mgr;
SELECT prompt_mgr.init();
SELECT prompt_mgr.grant_access('app_user', 'app');
SELECT prompt_mgr.grant_access('publisher_user', 'publisher');

SELECT prompt_mgr.save_prompt('welcome', 'Welcome {{name}}, you have {{count}} new messages.', labels => '{production}');
SELECT prompt_mgr.save_prompt('welcome', 'Hi {{name}}! {{count}} new messages.');
SELECT prompt_mgr.save_prompt('draft', 'Not yet {{name}}', draft => true);
SELECT prompt_mgr.save_prompt('list', '{{#items}}* {{.}}
{{/items}}', labels => '{production}');
SELECT prompt_mgr.save_prompt('short', '{{text}}', constraints => '{"maxLength": 3}', labels => '{production}');
