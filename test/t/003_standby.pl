# Every read works on a hot standby, byte for byte as on the primary, while the
# primary goes on changing; writes are refused as PostgreSQL refuses them; a
# promoted standby goes on where the primary stopped.
#
# What there is to call is read from the catalog, so that a new function is
# tested here without a line of its own.  Its arguments have values by their
# names, or else by their types; where those make no sense to it, both servers
# must say so alike.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

# A query that would hold up replay is cancelled at once.
my $primary = new_node('primary', 'max_standby_streaming_delay = 0', allows_streaming => 1);
install_in($primary, 'postgres');

# One name for the prompt, the experiment and the example, so that it fits
# every argument "name".
$primary->safe_psql('postgres', q{
	CREATE ROLE reader;
	SELECT prompt_mgr.grant_access('reader', 'viewer');
	SELECT prompt_mgr.save_prompt('greeting', v || ': Hällo {{name}}{{#items}}, {{.}}{{/items}}') FROM generate_series(1, 3) AS v;
	SELECT prompt_mgr.activate('greeting', 1);
	SELECT prompt_mgr.save_prompt('chat', messages => '[{"role": "user", "content": "{{name}}?"}]', labels => '{production}');
	SELECT prompt_mgr.save_prompt('draft', 'not yet', draft => true);
	SELECT prompt_mgr.save_prompt('former', 'renamed'), prompt_mgr.rename_prompt('former', 'renamed');
	SELECT prompt_mgr.set_default_prompt('{"profile_type": "expert"}', 'greeting');
	SELECT prompt_mgr.add_example('greeting', 1, '{"name": "Zoë", "items": []}', '1: Hällo Zoë');
	SELECT prompt_mgr.create_experiment('greeting', 'greeting', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]',
		'[{"name": "ok"}, {"name": "time", "kind": "continuous", "role": "secondary"}]');
	SELECT prompt_mgr.create_experiment('idle', 'chat', '[{"key": "a", "version": 1}, {"key": "b", "version": 1}]', '[{"name": "ok"}]');
	SELECT prompt_mgr.start_experiment('greeting');
	CREATE TABLE unit AS SELECT 'user-' || g AS unit, g % 3 = 0 AS success, g % 2 = 0 AS treatment, sqrt(g) AS value FROM generate_series(1, 1000) AS g});

my $backup = 'base';
$primary->backup($backup);
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, $backup, has_streaming => 1);
$standby->start;

# Values of arguments: by function and name, by name, by type; a name with a
# question mark is that of an optional argument, which else has its default.
my %value = (
	'variables?' => q{'{"name": "Zoë", "items": [1, "&"]}'},
	'matches_targeting.rules' => q{'[{"attribute": "plan", "op": "eq", "value": "pro"}]'},
	'save_prompt.template' => q{'another'},
	'save_prompt.variables' => 'NULL',
	'render_messages.name' => q{'chat'},
	'webhook_signature.at' => q{'2026-01-01'},
	'experiment_decision.results' => q{(SELECT jsonb_agg(a) FROM prompt_mgr.analyze_experiment('greeting') AS a)},
	'experiment_decision.srm' => q{(SELECT to_jsonb(s) FROM prompt_mgr.experiment_srm('greeting') AS s)},
	'group_sequential_bounds.fractions' => q{'{0.5,1}'},
	'describe_number.kind' => q{'rate'},
	'estimate_tokens.family' => q{'claude'},
	'experiment_unit_changes.id' => q{(SELECT experiment_id FROM prompt_mgr.experiment WHERE name = 'greeting')},
	'multinomial_log_e.weights' => q{'{0.5,0.3,0.2}'},
	'set_status.version' => '3',
	'set_status.status' => q{'deprecated'},
	'set_weights.weights' => q{'{"a": 1, "b": 2}'},
	'publish_version.name' => q{'draft'},
	'publish_version.version' => '1',
	'start_experiment.name' => q{'idle'},
	'create_experiment.name' => q{'another'},
	'create_experiment.prompt' => q{'chat'},
	'register_metric_source.query' => q{'SELECT unit, value, NULL::float8 AS denominator, NULL::timestamptz AS time FROM public.unit'},
	'record_outcomes.rows' => q{'[{"experiment": "greeting", "unit": "user-1", "metric": "ok"}]'},
	'log_executions.rows' => q{'[{"prompt": "greeting"}]'},
	'check_executions.rows' => q{'[{"prompt": "greeting"}]'},
	'record_feedback.execution_id' => q{(SELECT execution_id FROM prompt_mgr.execution ORDER BY execution_id LIMIT 1)},
	'record_score.execution_id' => q{(SELECT execution_id FROM prompt_mgr.execution ORDER BY execution_id LIMIT 1)},
	'drop_label.label' => q{'canary'},
	'drop_alias.alias' => q{'former'},
	'set_default_prompt.attributes' => q{'{"prompt_type": "answer"}'},
	'find_default_prompt.attributes' => q{'{"profile_type": "expert"}'},
	'diff_versions.a' => '1',
	'rename_prompt.name' => q{'renamed'},
	'edit_draft.name' => q{'draft'},
	'edit_draft.version' => '1',
	'copy_prompt.new_name' => q{'copy'},
	'remove_category.name' => q{'analysis'},
	'archive_prompt.name' => q{'renamed'},
	'delete_prompt.name' => q{'renamed'},
	'grant_access.level' => q{'app'},
	'revoke_access.level' => q{'viewer'},
	'protect_label.level' => q{'publisher'},
	'import_prompts.document' => 'prompt_mgr.export_prompts()',
	'messages_to_sections.messages' => q{'[{"role": "user", "content": "x"}]'},
	'tally_figures.kind' => q{'error'},
	'find_default_prompt.attributes' => q{'{"plan": "pro"}'},
	'set_default_prompt.attributes' => q{'{"plan": "pro"}'},
	level => q{'editor'},
	changes => q{'[{"name": "greeting", "version": 2, "label": "production"}]'},
	decision => q{'approve'},
	name => q{'greeting'},
	prompt => q{'greeting'},
	experiment => q{'greeting'},
	metric => q{'ok'},
	variant => q{'b'},
	unit => q{'user-7'},
	salt => q{'salt'},
	role => q{'reader'},
	version => '2',
	template => q{'{{name}} & {{#items}}{{.}}{{/items}}'},
	text => q{E'Zoë\u200b says 1 + 1'},
	weights => q{'{1,2,3}'},
	observed => q{'{40,70,100}'},
	expected => q{'{0.2,0.3,0.5}'},
	counts => q{'{40,70,100}'},
	successes => q{'{40,70,100}'},
	trials => q{'{100,200,300}'},
	alternative => q{'two-sided'},
	variants => q{'[{"key": "a", "version": 1}, {"key": "b", "version": 1}]'},
	metrics => q{'[{"name": "ok"}]'},
	success => 'success',
	treatment => 'treatment',
	id => '(SELECT example_id FROM prompt_mgr.prompt_example ORDER BY example_id LIMIT 1)',
	since => q{'0'},
	seen => q{NULL},
	before => q{NULL},
	n_control => '1000',
	n_treatment => '1100',
	x_control => '100',
	x_treatment => '130',
	n => '1000',
	x => '100',
	sd_control => '2',
	sd_treatment => '2',
	sd => '2',
	from_time => q{'2020-01-01'},
	to_time => q{'2100-01-01'},
	'type text' => q{'text'},
	'type jsonb' => q{'{}'},
	'type uuid' => q{'00000000-0000-7000-8000-000000000000'},
	'type boolean' => 'true',
	'type integer' => '3',
	'type bigint' => '1000',
	'type numeric' => '4',
	'type double precision' => '0.25',
	'type double precision[]' => q{'{0.01,0.2,0.03}'},
	'type integer[]' => q{'{1,2,3}'},
	'type bigint[]' => q{'{100,200,300}'},
	'type timestamp with time zone' => q{'2026-01-01'},
	'type prompt_mgr.proportion_summary' => '(SELECT prompt_mgr.proportion_summary(success, treatment) FROM unit)',
	'type prompt_mgr.ab_summary' => '(SELECT prompt_mgr.ab_summary(value, treatment) FROM unit)',
	'type prompt_mgr.ratio_summary' => '(SELECT prompt_mgr.ratio_summary(value, value + 1, treatment) FROM unit)',
);

# catalog_calls(): [ name, statement ] of every function that somebody but the
# owner may execute, readers and writers apart, and of every view.
sub catalog_calls
{
	my (@reads, @writes);

	my $functions = $primary->safe_psql('postgres', q{
		SELECT p.proname, p.oid::regprocedure, p.prokind, p.provolatile, a.no, a.name, a.type, a.required
		FROM pg_proc AS p
		JOIN prompt_mgr._function_levels() AS f ON f.function_name = p.proname
		LEFT JOIN LATERAL (SELECT t.no, p.proargnames[t.no] AS name, format_type(t.oid, NULL) AS type, t.no <= p.pronargs - p.pronargdefaults AS required
			FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (oid, no)) AS a ON true
		WHERE p.pronamespace = 'prompt_mgr'::regnamespace AND p.proname !~ '_(in|out|recv|send)$'
			AND NOT (p.provolatile = 'v' AND p.proparallel = 's')	-- random, neither the same twice nor a write
		ORDER BY p.oid::regprocedure::text COLLATE "C", a.no});
	my (%call, @order);
	foreach (split /\n/, $functions)
	{
		my ($function, $signature, $kind, $volatility, $number, $name, $type, $required) = split /\|/, $_, 8;
		if (!$call{$signature})
		{
			push @order, $signature;
			$call{$signature} = { function => $function, kind => $kind, volatility => $volatility, arguments => [] };
		}
		next if $number eq '';
		my $value = $value{"$function.$name"};
		$value //= $required eq 't' ? $value{$name} // $value{"type $type"} // 'NULL' : $value{"$name?"};
		next if !defined $value;
		$value .= "::$type" if $value ne $name;
		push @{ $call{$signature}{arguments} }, $required eq 't' ? $value : "$name => $value";
	}
	foreach my $signature (@order)
	{
		my ($function, $kind, $volatility, $arguments) = @{ $call{$signature} }{qw(function kind volatility arguments)};
		my $called = "prompt_mgr.$function(" . join(', ', @$arguments) . ')';
		my $statement = $kind eq 'a'
			? "SELECT $called FROM unit"
			: "SELECT string_agg(called::text, E'\\n') FROM $called AS called";
		push @{ $volatility eq 'v' ? \@writes : \@reads }, [ $signature, $statement ];
	}
	push @reads, map { [ $_, "SELECT string_agg(v::text, E'\\n' ORDER BY v::text COLLATE \"C\") FROM $_ AS v" ] }
	  split /\n/, $primary->safe_psql('postgres', q{
		SELECT oid::regclass FROM pg_class WHERE relnamespace = 'prompt_mgr'::regnamespace AND relkind = 'v' ORDER BY 1});
	return (\@reads, \@writes);
}

# answers(NODE, CALLS, MODE): what each call answers, in one session and each in
# a transaction that is rolled back: the rows, or SQLSTATE and message.
sub answers
{
	my ($node, $calls, $mode) = @_;
	my ($out, $err);

	$mode //= '';
	my $script = join('', map { "BEGIN $mode;\n$_->[1];\n\\echo = :SQLSTATE\n\\if :ERROR\n\\echo :LAST_ERROR_MESSAGE\n\\endif\nROLLBACK;\n\\echo ====\n" } @$calls);
	$node->psql('postgres', $script, stdout => \$out, stderr => \$err, on_error_stop => 0);
	my @answer = split /^====\n?/m, "$out\n";
	is(scalar @answer, scalar @$calls, $node->name . ' answers every call') or diag($err);
	return @answer;
}

# What replay cancelled, as it may, is asked again.
sub answers_of_standby
{
	my ($calls) = @_;

	my @answer = answers($standby, $calls);
	foreach my $attempt (1 .. 20)
	{
		my @cancelled = grep { $answer[$_] =~ /conflict with recovery/ } 0 .. $#answer;
		last if !@cancelled;
		@answer[@cancelled] = answers($standby, [ @$calls[@cancelled] ]);
	}
	return @answer;
}

sub catch_up
{
	$primary->wait_for_catchup($standby, 'flush');
	$primary->wait_for_catchup($standby, 'replay');
	return;
}

my ($reads, $writes) = catalog_calls();

# What the catalog's calls cannot say: many rows, other roles.
push @$reads, (
	[ 'a thousand renders', q{SELECT prompt_mgr.render_prompt('greeting', jsonb_build_object('name', 'Zoë ' || g, 'items', array[g, g + 1])) FROM generate_series(1, 1000) AS g} ],
	[ 'a thousand picks', q{SELECT prompt_mgr.assign_variant('greeting', unit), prompt_mgr.pick_variant(unit, 'salt', array[1, 2, 3]) FROM unit ORDER BY unit COLLATE "C"} ],
	[ 'as of a moment', q{SELECT g.version FROM prompt_mgr.label_history('greeting') AS h, prompt_mgr.get_prompt('greeting', label => 'production', as_of => h.held_from) AS g ORDER BY h.move_no} ],
	[ 'a viewer', q{SET ROLE reader; SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada", "items": []}'), current_user; RESET ROLE} ]);

# Every cycle leaves each table with other rows, some of them dead.
my $change = q{
	SELECT prompt_mgr.save_prompt('greeting', CYCLE || '. Hällo {{name}}{{#items}}, {{.}}{{/items}}', labels => '{canary}');
	SELECT prompt_mgr.activate('greeting', 1 + CYCLE % 3);
	SELECT prompt_mgr.save_prompt('chat', messages => '[{"role": "user", "content": "CYCLE {{name}}?"}]', labels => '{production}');
	SELECT count(*) FROM generate_series(1, 100) AS g, prompt_mgr.serve_prompt('greeting', 'user-' || CYCLE * 50 + g, '{"name": "x", "items": []}');
	SELECT prompt_mgr.record_outcome('greeting', 'user-' || CYCLE * 50 + g, 'ok', g % 2) FROM generate_series(1, 100) AS g;
	SELECT prompt_mgr.record_outcome('greeting', 'user-' || CYCLE * 50 + g, 'time', sqrt(g)) FROM generate_series(1, 100) AS g;
	SELECT prompt_mgr.log_executions(jsonb_agg(jsonb_build_object('prompt', 'greeting', 'user_id', 'user-' || g, 'duration', sqrt(g), 'input_tokens', g))) FROM generate_series(1, 100) AS g;
	SELECT prompt_mgr.record_score(execution_id, 'relevance', 1.0 / input_tokens) FROM prompt_mgr.execution WHERE input_tokens % 10 = CYCLE - 1;
	SELECT prompt_mgr.set_weights('greeting', '{"a": 1, "b": CYCLE}') WHERE CYCLE % 3 = 2;
	SELECT count(*) FROM prompt_mgr.tick() WHERE CYCLE % 2 = 0;
	VACUUM};

foreach my $cycle (1 .. 10)
{
	(my $script = $change) =~ s/CYCLE/$cycle/g;
	$primary->safe_psql('postgres', $script);
	catch_up();

	my @here = answers($primary, $reads);
	my @there = answers_of_standby($reads);
	my @differing = grep { $here[$_] ne $there[$_] } 0 .. $#here;
	is(join("\n", map { "$reads->[$_][1]\n$here[$_]$there[$_]" } @differing), '', "cycle $cycle: every answer is equal on the standby");
	next if $cycle > 1;

	my @failed = grep { $here[$_] !~ /^= 00000$/m } 0 .. $#here;
	note('note: not called with sense: ' . join(', ', map { $reads->[$_][0] } @failed)) if @failed;
	cmp_ok(@here - @failed, '>', 80, 'most reads give a result');
	my @read_only = answers($primary, $reads, 'READ ONLY');
	@differing = grep { $here[$_] ne $read_only[$_] } 0 .. $#here;
	is(join("\n", map { "$reads->[$_][1]\n$here[$_]$read_only[$_]" } @differing), '', 'and in a READ ONLY transaction');
}

my @refused = answers($standby, $writes);

# One session of the standby watches the label move: its caches must not
# outlive what they were made from.
my ($in, $out) = ('', '');
my $timer = IPC::Run::timer(120);
my $session = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $standby->connstr('postgres') ],
	'<', \$in, '>', \$out, '2>&1', $timer);
foreach my $version (1 .. 3, 2, 1)
{
	$primary->safe_psql('postgres', "SELECT prompt_mgr.activate('greeting', $version)");
	catch_up();
	$out = '';
	$in .= q{SELECT prompt_mgr.render_prompt('greeting', '{"name": "Ada", "items": []}');} . "\n";
	$session->pump until $out =~ /\n/ or !$session->pumpable;
	utf8::decode($out);
	is($out, "$version: Hällo Ada\n", "the standby's next statement sees the move to version $version");
}
$in .= "\\q\n";
$session->finish;

# The standby becomes a primary that goes on where the other stopped.
catch_up();
my $before = table_digests($primary, 'postgres');
$primary->stop('immediate');
$standby->promote;
is_deeply(table_digests($standby, 'postgres'), $before, 'promoted: every table is equal');
is($standby->safe_psql('postgres', "SELECT prompt_mgr.save_prompt('greeting', 'promoted')"), '14', 'promoted: the next number');
$standby->safe_psql('postgres', "SELECT prompt_mgr.activate('greeting', 14)");
is($standby->safe_psql('postgres', "SELECT prompt_mgr.render_prompt('greeting')"), 'promoted', 'promoted: renders the new version');
my @written = answers($standby, $writes);
my @done = grep { $written[$_] =~ /^= 00000$/m } 0 .. $#written;
foreach my $i (@done)
{
	# tick() goes on after a step that failed, and says so; without pg_cron there
	# is nothing to schedule.
	next if $writes->[$i][0] =~ /schedule_jobs/;
	like($refused[$i], qr/^= 25006$|^\(.*cannot execute .* in a read-only transaction/m, "the standby refused $writes->[$i][0]");
}
my %done = map { $_ => 1 } @done;
note('note: did not write with sense: ' . join(', ', map { $writes->[$_][0] } grep { !$done{$_} } 0 .. $#written)) if @done < @written;
cmp_ok(scalar @done, '>', 20, 'promoted: most writes give a result');
unlike(join("\n", @written), qr/read-only/, 'promoted: none is refused');

$standby->stop;
done_testing();
