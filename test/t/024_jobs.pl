# The periodic job called by pg_cron, where that can be had; it is optional.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $share = `pg_config --sharedir`;
chomp $share;
if (!-f "$share/extension/pg_cron.control")
{
	note('skipped: the periodic job by pg_cron (it is not there)');
	plan(skip_all => 'pg_cron is not there');
}

my $node = new_node('main', <<'END');
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 20
END
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');
$node->safe_psql('postgres', 'CREATE ROLE keeper LOGIN; CREATE ROLE stranger; GRANT CREATE ON DATABASE postgres TO keeper');
install_in($node, 'postgres', 'keeper');
install_in($node, 'elsewhere');

# Where pg_cron is not installed, nothing is scheduled and nothing fails.
my ($status, $out, $err) = $node->psql('elsewhere', 'SELECT prompt_mgr.schedule_jobs(), prompt_mgr.unschedule_jobs()');
is("$status $out", '0 0|0', 'without pg_cron nothing is scheduled');
like($err, qr/NOTICE: +pg_cron is not installed in this database/, 'and that is said');
is($node->safe_psql('postgres', 'SET ROLE keeper; SELECT prompt_mgr.schedule_jobs()'), '0', 'nor where it is loaded only');

$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron TO keeper, stranger');
my $jobs = q{SELECT string_agg(concat_ws(' ', jobname, username, schedule, active::text), ', ' ORDER BY jobname) FROM cron.job};
is($node->safe_psql('postgres', 'SET ROLE keeper; SELECT prompt_mgr.schedule_jobs()'), '2', 'jobs are scheduled');
is($node->safe_psql('postgres', $jobs), 'prompt_mgr_forget keeper 17 3 * * * true, prompt_mgr_tick keeper * * * * * true', 'by their names');
is($node->safe_psql('postgres', q{SET ROLE keeper; SELECT prompt_mgr.schedule_jobs('*/5 * * * *'); SELECT prompt_mgr.schedule_jobs()}), "2\n2", 'again and again');
is($node->safe_psql('postgres', $jobs), 'prompt_mgr_forget keeper 17 3 * * * true, prompt_mgr_tick keeper * * * * * true', 'there is one of each');
is(sqlstate_of($node, 'postgres', q{SELECT prompt_mgr.schedule_jobs()}), '42501', 'who does not own the tables schedules nothing');
isnt($node->psql('postgres', q{SET ROLE keeper; SELECT prompt_mgr.schedule_jobs('now and then')}), 0, 'pg_cron refuses what it does not understand');
is($node->safe_psql('postgres', $jobs), 'prompt_mgr_forget keeper 17 3 * * * true, prompt_mgr_tick keeper * * * * * true', 'and all stays as it was');

# By and by it runs.
$node->safe_psql('postgres', q{SET ROLE keeper; SELECT prompt_mgr.save_prompt('p', 'text'); SELECT prompt_mgr.log_execution('p', 1)});
ok($node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM prompt_mgr.execution_rollup WHERE executions = 1) AND EXISTS (SELECT FROM cron.job_run_details WHERE status = 'succeeded')}),
	'pg_cron has called tick()');
is($node->safe_psql('postgres', q{SELECT count(DISTINCT task) FROM prompt_mgr.job_run WHERE failures = 0}), $node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr._tick_steps()'), 'all of its steps have run');
is($node->safe_psql('postgres', q{SET ROLE keeper; SELECT DISTINCT schedule, scheduled_as, active FROM prompt_mgr.jobs_status() WHERE last_run IS NOT NULL}), '* * * * *|keeper|t', 'and the state of the job is told');

# What pg_cron noted is forgotten after a week, by the second job.
$node->safe_psql('postgres', q{UPDATE cron.job_run_details SET end_time = end_time - interval '8 days' WHERE status = 'succeeded'});
my $forget = $node->safe_psql('postgres', q{SELECT command FROM cron.job WHERE jobname = 'prompt_mgr_forget'});
$node->safe_psql('postgres', "SET ROLE keeper; $forget");
is($node->safe_psql('postgres', q{SELECT count(*) FROM cron.job_run_details WHERE end_time < now() - interval '7 days'}), '0', 'old notes of runs are deleted');

is($node->safe_psql('postgres', 'SET ROLE keeper; SELECT prompt_mgr.unschedule_jobs(); SELECT prompt_mgr.unschedule_jobs()'), "2\n0", 'jobs are taken back');
is($node->safe_psql('postgres', 'SELECT count(*) FROM cron.job'), '0', 'all of them');

done_testing();
