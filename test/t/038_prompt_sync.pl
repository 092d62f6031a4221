# Prompts as files: every prompt goes to a file and comes back to the byte;
# push and pull, dry runs, conflicts, and a watch that picks up what changes.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use IPC::Run qw(start finish run);
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', 'prompt_mgr.max_prompt_length = 1000000');
foreach my $database (qw(here there))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	install_in($node, $database);
}
my $script = "$FindBin::RealBin/../../deploy/prompt-sync";
my $folder = PostgreSQL::Test::Utils::tempdir() . '/prompts $(x) "y"';

# sync(DATABASE, ARGUMENTS...): exit status, output, errors.
sub sync
{
	my ($database, @arguments) = @_;
	my ($out, $err) = ('', '');

	run([ 'sh', $script, '--db', $node->connstr($database), @arguments ], '>', \$out, '2>', \$err);
	return ($? >> 8, $out, $err);
}

sub bytes_of
{
	my ($path) = @_;

	open(my $file, '<:raw', $path) or return "cannot open $path: $!";
	local $/;
	return scalar <$file>;
}

sub write_bytes
{
	my ($path, $bytes) = @_;

	open(my $file, '>:raw', $path) or die "$path: $!";
	print $file $bytes;
	close($file) or die "$path: $!";
	return;
}

# Everything of a prompt's newest version that a file holds.
sub contents
{
	my ($database) = @_;

	return $node->safe_psql($database, q{
		SELECT name, kind, template, messages, variables, config, constraints, format, escape, description, category, tags
		FROM (SELECT DISTINCT ON (v.prompt_id) * FROM prompt_mgr.prompt_version AS v JOIN prompt_mgr.prompt AS p USING (prompt_id)
			ORDER BY v.prompt_id, v.version DESC) AS newest ORDER BY name});
}

sub version_of
{
	my ($database, $name) = @_;

	return $node->safe_psql($database, "SELECT last_version FROM prompt_mgr.prompt WHERE name = '$name'");
}

# Odd texts under odd names.
$node->safe_psql('here', q{
	SELECT setseed(0.7);
	SELECT prompt_mgr.save_prompt('fuzz/' || n, text, format => 'text', config => jsonb_build_object('k', text)),
		prompt_mgr.save_prompt('fuzz/chat ' || n, messages => jsonb_build_array(jsonb_build_object('role', 'system', 'content', text),
			jsonb_build_object('role', 'user', 'content', text, 'name', text)), format => 'text')
	FROM (SELECT n, string_agg((ARRAY['---', E'\n', E'\r\n', E'\r', '=== user ===', '%', '%d', '\n', '\', '\\c', '$(exit 3)', '`', '''', '"', E'\t', ' ', 'ü', '🙂',
			E'\x01', E'\x7f', E'\b\f\v', '*', '-n', '&'])[ceil(random() * 24)], '') AS text
		FROM generate_series(1, 40) AS n, generate_series(1, n % 9 + 1) GROUP BY n) AS texts;
	SELECT prompt_mgr.save_prompt(name, name || E'\n', format => 'text', description => name, tags => ARRAY[name])
	FROM unnest(ARRAY['a', 'a/b', 'a/b/c', '-n', '~', '$HOME', 'a b  c', ' x y', '../../escape', '.hidden', 'per%cent', 'C:\con', 'what?*', 'x.prompt', 'x.prompt/y',
		'ünï/日本', 'it''s', 'say "hi"', '%2F', repeat('long', 63), repeat('ü', 200), 'a;b&c', '#', '\n']) AS name WHERE name !~ '^ ';
	SELECT prompt_mgr.save_prompt('empty', ''), prompt_mgr.save_prompt('newline', E'\n'), prompt_mgr.save_prompt('header', E'---\nformat: text\n---\n'),
		prompt_mgr.save_prompt('crlf', E'---\r\none\r\ntwo\r\n'), prompt_mgr.save_prompt('big', repeat('0123456789 abcdef {{x}}' || E'\n', 10000));
	SELECT prompt_mgr.save_prompt('rich', 'Hello {{name | upper}}', variables => '{"name": {"type": "string", "maxLength": 10}}', config => '{"temperature": 1.00, "stop": ["\n---\n"]}',
		constraints => '{"maxTokens": 100}', escape => 'html', description => E'two\nlines', category => 'chat', tags => '{"a, b",c}')});

# Out: the bytes that the database gave, in files inside the folder.
my ($status, $out, $err) = sync('here', 'pull', '--dry-run', $folder);
is("$status $err", '0 ', 'pull, dry');
ok(!-e $folder, 'a dry pull makes no folder');
($status, $out, $err) = sync('here', 'pull', $folder);
is("$status $err", '0 ', 'pull');
my $prompts = $node->safe_psql('here', 'SELECT count(*) FROM prompt_mgr.prompt');
is(scalar(split /\n/, $out), $prompts, 'pull names every prompt');
my $wrong = 0;
foreach my $row (split /\n/, $node->safe_psql('here',
	q{SELECT encode(convert_to(path, 'UTF8'), 'hex') || ' ' || encode(convert_to(content, 'UTF8'), 'hex') FROM prompt_mgr.prompt_files()}))
{
	my ($path, $content) = map { pack('H*', $_) } split / /, $row;
	$wrong++ if bytes_of("$folder/$path") ne $content;
}
is($wrong, 0, 'every file has the bytes that the database gave');
($status, $out, $err) = sync('here', 'pull', $folder);
is("$status $out$err", '0 ', 'a second pull has nothing to write');
($status, $out, $err) = sync('here', 'push', $folder);
is("$status $out$err", '0 ', 'nothing was edited, nothing is pushed');

# In: another database has the same prompts, and gives the same files.
unlink("$folder/.prompt-sync");
my $before = table_digests($node, 'there');
($status, $out, $err) = sync('there', 'push', '--dry-run', $folder);
is("$status $err", '0 ', 'push of all, dry');
is(scalar(grep { /^create / } split /\n/, $out), $prompts, 'a dry push names every prompt');
is_deeply(table_digests($node, 'there'), $before, 'and writes nothing');
ok(!-e "$folder/.prompt-sync", 'not even to the folder');
my $would = $out;
($status, $out, $err) = sync('there', 'push', $folder);
is("$status $err", '0 ', 'push of all');
is($out, $would, 'does what the dry run said');
is(contents('there'), contents('here'), 'every prompt is the same in the other database');
my $copy = PostgreSQL::Test::Utils::tempdir() . '/copy';
sync('there', 'pull', $copy);
unlink("$folder/.prompt-sync", "$copy/.prompt-sync");
$node->command_ok([ 'diff', '-r', $folder, $copy ], 'and its files are the same');

# A folder without a memory: what is the same is taken for the same.
($status, $out, $err) = sync('here', 'push', $folder);
is("$status $err", '0 ', 'push from a fresh copy');
is(scalar(grep { /^skip / } split /\n/, $out), $prompts, 'finds everything there');
is($node->safe_psql('here', 'SELECT max(last_version) FROM prompt_mgr.prompt'), 1, 'and makes no version');

# An edit.
write_bytes("$folder/a/b.prompt", "no header, and no line feed");
write_bytes("$folder/a/new one.prompt", "---\ntype: chat\n---\n=== user ===\nHi\n");
my $state = bytes_of("$folder/.prompt-sync");
($status, $out, $err) = sync('here', 'push', '--dry-run', $folder);
is("$status $out$err", "0 create a/b.prompt\ncreate a/new one.prompt\n", 'push of an edit, dry');
is(bytes_of("$folder/.prompt-sync"), $state, 'the memory stays');
is(version_of('here', 'a/b'), 1, 'and so does the prompt');
($status, $out, $err) = sync('here', 'push', '--note', "it's 'x'", '--label', 'dev', $folder);
is("$status $out$err", "0 create a/b.prompt\ncreate a/new one.prompt\n", 'push of an edit');
is($node->safe_psql('here', "SELECT version, template, change_note FROM prompt_mgr.get_prompt('a/b', label => 'dev')"),
	q{2|no header, and no line feed|it's 'x'}, 'version, text, note and label');
($status, $out, $err) = sync('here', 'pull', '--label', 'dev', "$folder dev");
is("$status $out$err", "0 write a/b.prompt\nwrite a/new one.prompt\n", 'pull by label');
($status, $out, $err) = sync('here', 'pull', '--prefix', 'a/b', "$folder ab");
is("$status $out$err", "0 write a/b.prompt\nwrite a/b/c.prompt\n", 'pull by prefix');

# Both sides have moved on.
sync('here', 'pull', $folder);
$node->safe_psql('here', "SELECT prompt_mgr.save_prompt('a/b', 'saved by somebody else'), prompt_mgr.save_prompt('a/b/c', 'saved by somebody else')");
write_bytes("$folder/a/b.prompt", "edited here\n");
write_bytes("$folder/big.prompt", "edited here too\n");
($status, $out, $err) = sync('here', 'push', $folder);
is($status, 1, 'push refuses where the database has moved on');
like($err, qr{a/b\.prompt: prompt "a/b" has moved on from version 2 to 3}, 'and says which file');
is(version_of('here', 'big'), 1, 'all or none');
($status, $out, $err) = sync('here', 'pull', $folder);
is("$status $out", "1 write a/b/c.prompt\n", 'pull writes the others');
like($err, qr{a/b\.prompt was edited here and is version 3 in the database}, 'and names the one that both have');
unlike($err, qr{big}, 'an edit that nobody else made is no conflict');
is(bytes_of("$folder/a/b.prompt"), "edited here\n", 'nothing is written over');
($status, $out, $err) = sync('here', 'push', '--force', $folder);
is("$status $out$err", "0 create a/b.prompt\ncreate big.prompt\n", 'push by force');
is(version_of('here', 'a/b'), 4, 'saves a newer version');
$node->safe_psql('here', "SELECT prompt_mgr.save_prompt('a/b', 'once more')");
write_bytes("$folder/a/b.prompt", "edited again\n");
($status, $out, $err) = sync('here', 'pull', '--force', $folder);
is("$status $out$err", "0 write a/b.prompt\nwrite big.prompt\n", 'pull by force, and in the database\'s own form');
like(bytes_of("$folder/a/b.prompt"), qr/^---\ndescription: "a\/b"\ntags: \["a\/b"\]\n---\nonce more\n$/, 'writes over the edit');

# What cannot be saved is named.
write_bytes("$folder/bad.prompt", "\xff\xfe");
($status, $out, $err) = sync('here', 'push', $folder);
is("$status $err", "1 prompt-sync: bad.prompt is not UTF-8\n", 'not UTF-8');
write_bytes("$folder/bad.prompt", "Hello {{name\n");
($status, $out, $err) = sync('here', 'push', $folder);
is($status, 1, 'a template that does not compile');
like($err, qr{bad\.prompt: tag is not closed\nDETAIL:  line 1, column 7}, 'with its place');
unlink("$folder/bad.prompt");
foreach my $case ([ 'push' ], [ 'push', '/nowhere' ], [ 'sync', $folder ], [ 'pull', '--interval', 'x', $folder ], [ 'push', '--what', $folder ], [ 'push', $folder, $folder ], [ 'push', '--note' ])
{
	is((sync('here', @$case))[0], 2, "wrong usage: @$case");
}

# poll(SUB): until it is true, for a while.
sub poll
{
	my ($condition) = @_;

	foreach (1 .. 300)
	{
		return 1 if $condition->();
		select(undef, undef, undef, 0.1);
	}
	return 0;
}

# Watching.
my $watch = start([ 'sh', $script, 'push', '--watch', '--interval', 1, '--db', $node->connstr('here'), $folder ], '>', \my $pushed, '2>', \my $refused);
select(undef, undef, undef, 1.5);
write_bytes("$folder/rich.prompt", "edited while watched\n");
ok(poll(sub { version_of('here', 'rich') == 2 }), 'a watch pushes an edit');
write_bytes("$folder/rich.prompt", "edited {{\n");
ok(poll(sub { $watch->pump_nb; $refused =~ /rich\.prompt: tag is not closed/ }), 'says what it cannot push');
write_bytes("$folder/rich.prompt", "edited again\n");
ok(poll(sub { version_of('here', 'rich') == 3 }), 'and goes on');
$watch->signal('TERM');
$watch->finish;
is($? >> 8, 143, 'and ends when it is told to');

$watch = start([ 'sh', $script, 'pull', '--watch', '--interval', 1, '--db', $node->connstr('here'), $folder ], '>', \my $pulled, '2>', \my $told);
$node->safe_psql('here', "SELECT prompt_mgr.save_prompt('rich', 'saved while watched')");
ok(poll(sub { bytes_of("$folder/rich.prompt") =~ /saved while watched\n$/ }), 'a watch pulls what was saved');
$watch->signal('TERM');
$watch->finish;

SKIP:
{
	skip 'no shellcheck', 1 if system('command -v shellcheck >/dev/null 2>&1') != 0;
	$node->command_ok([ 'shellcheck', $script ], 'shellcheck');
}

$node->stop;
done_testing();
