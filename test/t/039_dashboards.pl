# Dashboards and metrics: every query of every panel, with Grafana's macros and
# variables expanded, runs as the role that is made for it, on an empty database
# and on a full one, and gives what its panel draws; so does every query of the
# collector for Prometheus.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use Grafana;
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $deploy = "$FindBin::RealBin/../../deploy";
my $node = new_node('main');
install_in($node, 'postgres');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$deploy/grafana/role.sql" ], 'the roles');

sub slurp
{
	my ($path) = @_;

	open(my $file, '<', $path) or die "$path: $!";
	local $/;
	return scalar <$file>;
}

# as_role(ROLE, SQL): what it gives, and the error or nothing.
sub as_role
{
	my ($role, $sql) = @_;
	my ($out, $err) = ('', '');

	$node->psql('postgres', $sql, stdout => \$out, stderr => \$err, extra_params => [ '-U', $role ]);
	return ($out, $err =~ /(ERROR: .*)/ ? $1 : '');
}

# columns_of(SQL): name and type of each, in order.
sub columns_of
{
	my ($sql) = @_;

	my ($out, $err) = as_role('prompt_mgr_grafana', "$sql \\gdesc");
	die "$err\n$sql" if $err;
	return map { [ split /\|/ ] } split /\n/, $out;
}

my %dashboard = read_dashboards("$deploy/grafana/dashboards");
foreach my $name (sort keys %dashboard)
{
	my $board = $dashboard{$name};

	like($board->{uid}, qr/^prompt-mgr-$name$/, "$name: its uid");
	is(scalar(grep { $_->{type} eq 'datasource' && $_->{name} eq 'datasource' } @{ $board->{templating}{list} }), 1, "$name: the data source can be chosen");
	my @places = map { $_->{gridPos} } @{ $board->{panels} };
	is(scalar(grep { $_->{x} + $_->{w} > 24 } @places), 0, "$name: no panel is out of sight");
	my %taken;
	foreach my $place (@places)
	{
		foreach my $x ($place->{x} .. $place->{x} + $place->{w} - 1)
		{
			$taken{"$x $_"}++ foreach $place->{y} .. $place->{y} + $place->{h} - 1;
		}
	}
	is(scalar(grep { $_ > 1 } values %taken), 0, "$name: no panel is over another");
	my %ids = map { $_->{id} => 1 } @{ $board->{panels} };
	is(scalar(keys %ids), scalar(@{ $board->{panels} }), "$name: panels have numbers of their own");
	is(scalar(grep { $_ ne '${datasource}' } slurp("$deploy/grafana/dashboards/$name.json") =~ /"uid": "(?!prompt-mgr-$name")([^"]*)"/g), 0, "$name: no data source of somebody else's");
}
is(join(' ', sort keys %dashboard), 'experiment quality usage', 'three dashboards');
like(slurp("$deploy/grafana/provisioning/datasources/prompt_mgr.yml"), qr/^    uid: prompt-mgr\n.*^    user: prompt_mgr_grafana$/ms, 'provisioning: the data source has a uid that stays, and the role');
like(slurp("$deploy/grafana/provisioning/dashboards/prompt_mgr.yml"), qr/^apiVersion: 1\n.*^providers:$/ms, 'provisioning: dashboards');

# check_boards(CASE, DAYS, INTERVAL, VARIABLES, ROWS): all queries of a period.
sub check_boards
{
	my ($case, $days, $interval, $variable, $rows_wanted) = @_;
	my ($from, $to) = split /\|/, $node->safe_psql('postgres',
		qq{SELECT to_char(x AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM (VALUES (now() - interval '$days days')) AS v (x)});

	foreach my $name (sort keys %dashboard)
	{
		foreach my $query (queries_of($dashboard{$name}))
		{
			my ($title, $format, $raw) = @$query;
			my $sql = expand_query($raw, $from, $to, $interval, $variable);
			my ($out, $err) = as_role('prompt_mgr_grafana', $sql);
			is($err, '', "$case: $name, $title: runs") or next;
			my @columns = columns_of($sql);
			my @rows = map { [ split /\|/, $_, -1 ] } split /\n/, $out;
			my %type = map { $_->[0] => $_->[1] } @columns;
			if ($format eq 'time_series')
			{
				like($type{time} || '', qr/^(timestamp with time zone|numeric)$/, "$case: $name, $title: has a time");
				is(join(' ', grep { $_ !~ /^(text|double precision)$/ } map { $_->[1] } grep { $_->[0] ne 'time' } @columns), '',
					"$case: $name, $title: values are double precision, the rest is text");
				is($columns[0][0], 'time', "$case: $name, $title: in the first column");
				my @times = map { $_->[0] } @rows;
				is(join(' ', @times), join(' ', sort { $a <=> $b } @times), "$case: $name, $title: in order");
			}
			else
			{
				is(join(' ', grep { $_ eq 'numeric' } values %type), '', "$case: $name, $title: no numbers that are taken for text");
			}
			next if !$rows_wanted;
			cmp_ok(scalar(@rows), '>', 0, "$case: $name, $title: has rows");
			cmp_ok(scalar(grep { my $i = $_; grep { $_->[$i] ne '' } @rows } 0 .. $#columns), '>=', $format eq 'time_series' ? scalar(@columns) : 1,
				"$case: $name, $title: and values");
		}
	}
	return;
}

my %nothing = (prompt => "''", model => "'*'", score => "''", experiment => "''", metric => "''");
check_boards('empty', 1, '1h', \%nothing, 0);
check_boards('empty, all', 30, '1d', { %nothing, prompt => "'*'" }, 0);

# The collector: name to type, help, labels and query of each metric.
my %metric;
my $name = '';
foreach my $line (split /\n/, slurp("$deploy/sql_exporter/prompt_mgr.collector.yml"))
{
	if ($line =~ /^  - metric_name: (\w+)$/) { $name = $1; $metric{$name} = { labels => '' } }
	elsif ($line =~ /^    type: (\w+)$/) { $metric{$name}{type} = $1 }
	elsif ($line =~ /^    help: '(.*)\.'$/) { $metric{$name}{help} = $1 }
	elsif ($line =~ /^    key_labels: \[(.*)\]$/) { $metric{$name}{labels} = $1 =~ s/,//gr }
	elsif ($line =~ /^      (SELECT .*)$/) { $metric{$name}{query} = $1 }
}
cmp_ok(scalar(keys %metric), '>', 10, 'the collector has metrics');
is(join(' ', grep { $_ !~ /^prompt_mgr_[a-z_]+$/ } keys %metric), '', 'their names begin with the extension\'s');
is(join(' ', grep { ($metric{$_}{type} eq 'counter') != /_total$/ } keys %metric), '', 'counters end in _total, gauges do not');

# scrape(): name and labels to value, as Prometheus would have them.
sub scrape
{
	my %sample;

	foreach my $name (sort keys %metric)
	{
		my ($out, $err) = as_role('prompt_mgr_exporter', $metric{$name}{query});
		is($err, '', "$name: runs");
		is(join(' ', map { $_->[0] } columns_of($metric{$name}{query})), join(' ', split(/ /, $metric{$name}{labels}), 'value'), "$name: has its labels and a value");
		foreach my $row (split /\n/, $out)
		{
			my ($labels, $value) = $row =~ /^(?:(.*)\|)?([-0-9.e+]+)$/ or die "$name: $row";
			ok(!exists $sample{"$name " . ($labels // '')}, "$name: no labels twice") if exists $sample{"$name " . ($labels // '')};
			$sample{"$name " . ($labels // '')} = $value;
		}
	}
	return \%sample;
}
my $before = scrape();

# Two prompts with versions, an experiment that runs, executions of ten days,
# values, errors; the last hour's not yet added up.
$node->safe_psql('postgres', q{
	CREATE FUNCTION id_at(at timestamptz, i integer) RETURNS uuid LANGUAGE sql AS $$
		SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid $$;
	CREATE FUNCTION log_some(first integer, last integer, oldest interval) RETURNS void LANGUAGE sql AS $$
		SELECT prompt_mgr.log_executions(jsonb_agg(jsonb_build_object('execution_id', id_at(now() - oldest * ((last - i) / (last - first + 1.0)), i),
			'prompt', CASE WHEN i % 3 = 0 THEN 'other' ELSE 'greeting' END, 'version', CASE WHEN i % 3 = 0 THEN 1 ELSE 1 + i % 2 END,
			'experiment', CASE WHEN i % 3 > 0 THEN 'test' END, 'variant', CASE WHEN i % 3 > 0 THEN (ARRAY['a', 'b'])[1 + i % 2] END,
			'provider_name', 'somebody', 'request_model', 'model-' || i % 2, 'input_tokens', 100 + i % 7, 'output_tokens', 10, 'cache_read_input_tokens', 5,
			'duration', 0.5 + i % 5, 'cost_usd', 0.001, 'user_id', 'u' || i % 50, 'error_type', CASE WHEN i % 11 = 0 THEN 'timeout' END,
			'confidence', 0.5 + (i % 5) / 10.0)))
		FROM generate_series(first, last) AS i $$;
	SELECT prompt_mgr.save_prompt('greeting', 'Hello ' || v, labels => CASE v WHEN 1 THEN '{production}'::text[] END) FROM generate_series(1, 2) AS v;
	SELECT prompt_mgr.save_prompt('other', 'Other', labels => '{production}');
	SELECT prompt_mgr.create_experiment('test', 'greeting', '[{"key": "a", "version": 1}, {"key": "b", "version": 2}]', '[{"name": "solved"}]');
	SELECT prompt_mgr.start_experiment('test');
	SELECT prompt_mgr.serve_prompt('greeting', 'u' || i), prompt_mgr.record_outcome('test', 'u' || i, 'solved', (i % 3 = 0)::integer) FROM generate_series(1, 200) AS i;
	SELECT log_some(1, 2000, '10 days'), log_some(2001, 2100, '1 hour');
	SELECT prompt_mgr.record_score(execution_id, 'relevance', 0.7) FROM prompt_mgr.execution WHERE created_at < now() - interval '2 hours' ORDER BY execution_id LIMIT 900;
	SELECT prompt_mgr.record_score(execution_id, 'relevance', 0.9) FROM prompt_mgr.execution ORDER BY execution_id DESC LIMIT 500;
});
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
$node->safe_psql('postgres', "SELECT log_some(2101, 2200, '10 minutes')");

my %chosen = (prompt => "'greeting'", model => "'model-0','model-1'", score => "'relevance'", experiment => "'test'", metric => "'solved'");
check_boards('a day', 1, '1h', \%chosen, 1);
check_boards('ten days', 10, '1d', \%chosen, 1);
check_boards('ten days, all', 10, '1d', { %chosen, prompt => "'*'", model => "'*'", }, 0);
is($node->safe_psql('postgres', "SELECT sum(executions), sum(errors) FROM prompt_mgr.execution_usage WHERE span = 'day'"),
	$node->safe_psql('postgres', "SELECT sum(executions), sum(errors) FROM prompt_mgr.execution_usage WHERE span = 'hour'"), 'days are made of hours');

# The metrics.
my $after = scrape();
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT name || '|' || type || '|' || help || '|' || (SELECT coalesce(string_agg(k, ' ' ORDER BY k), '') FROM jsonb_object_keys(labels) AS k), E'\n') FROM prompt_mgr.metrics}),
	join("\n", sort map { join('|', $_, $metric{$_}{type}, $metric{$_}{help}, join(' ', sort split / /, $metric{$_}{labels})) } keys %metric),
	'the collector has the metrics of the view, of the same type, help and labels');
is($node->safe_psql('postgres', q{SELECT sum(value) FROM prompt_mgr.metrics WHERE name = 'prompt_mgr_executions_total'}), 2100, 'executions: all that were added up');
is($node->safe_psql('postgres', q{SELECT sum(value) FROM prompt_mgr.metrics WHERE name = 'prompt_mgr_execution_errors_total' AND labels ->> 'error_type' = 'timeout'}), 190, 'errors');
is($node->safe_psql('postgres', q{SELECT round(sum(value)::numeric, 3) FROM prompt_mgr.metrics WHERE name = 'prompt_mgr_cost_usd_total'}), '2.100', 'cost');
is($after->{'prompt_mgr_experiment_units_total test|a'} + $after->{'prompt_mgr_experiment_units_total test|b'}, 200, 'units of the experiment');
is($after->{'prompt_mgr_experiment_conversions_total test|a|solved'} + $after->{'prompt_mgr_experiment_conversions_total test|b|solved'}, 66, 'conversions');
is($after->{'prompt_mgr_label_moves_total production'}, 2, 'label moves');
is($before->{'prompt_mgr_prompts text'} . $after->{'prompt_mgr_prompts text'}, '02', 'prompts');
$node->safe_psql('postgres', 'SELECT count(*) FROM prompt_mgr.tick()');
my $later = scrape();
is(join("\n", grep { /^\w+_total / && $later->{$_} < $after->{$_} } sort keys %$after), '', 'no counter goes back');
is($later->{'prompt_mgr_executions_total other|somebody|model-0'} > $after->{'prompt_mgr_executions_total other|somebody|model-0'}, 1, 'and some go on');

# The roles read, and nothing else.
foreach my $role ('prompt_mgr_grafana', 'prompt_mgr_exporter')
{
	like((as_role($role, "SELECT prompt_mgr.save_prompt('x', 'y')"))[1], qr/permission denied|read-only/, "$role saves nothing");
	like((as_role($role, "SET default_transaction_read_only = off; UPDATE prompt_mgr.prompt SET description = 'x'"))[1], qr/permission denied/, "$role writes nothing");
}

# A role that is confined to a folder sees the figures of that folder.
$node->safe_psql('postgres', q{CREATE ROLE confined LOGIN; SELECT prompt_mgr.grant_access('confined', 'viewer'); SELECT prompt_mgr.allow_folder('confined', 'there/', 'viewer')});
is((as_role('confined', "SELECT count(*) FROM prompt_mgr.execution_usage"))[0], 0, 'a confined role sees no usage of other folders');
is((as_role('confined', "SELECT count(*) FROM prompt_mgr.metrics WHERE name ~ 'execution|experiment_|quality'"))[0], 0, 'nor metrics of it');
is((as_role('confined', "SELECT sum(value) FROM prompt_mgr.metrics WHERE name = 'prompt_mgr_prompts'"))[0], 0, 'nor how many prompts there are');

$node->stop;
done_testing();
