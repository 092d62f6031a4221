package PmTest;

# What the TAP tests share: nodes that load the extension, the reference data,
# pictures of a database to compare.
#
# Where the extension is not installed but staged, the environment's
# TEMP_CONFIG names settings that lead servers to it; PostgreSQL's own modules
# read it for every node they make.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter 'import';
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(new_node install_in reference_file table_digests catalog_picture
  same_picture sqlstate_of write_file differences_ok);

# initdb refuses to run as root, and so this file would die instead of saying why.
BEGIN
{
	plan(skip_all => 'the TAP tests start servers, which root may not; run "make test"')
	  if $> == 0;
}

# new_node(NAME, SETTINGS, INIT ARGUMENTS...): a running node.
sub new_node
{
	my ($name, $settings, @init) = @_;

	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(@init, extra => [ '--encoding=UTF8', '--no-locale' ]);
	$node->append_conf('postgresql.conf', $settings) if $settings;
	$node->start;
	return $node;
}

# install_in(NODE, DATABASE, OWNER): extension and tables, the latter owned by
# OWNER, or by the superuser where there is none.
sub install_in
{
	my ($node, $database, $owner) = @_;

	$node->safe_psql($database, "CREATE SCHEMA prompt_mgr AUTHORIZATION $owner") if $owner;
	$node->safe_psql($database, 'CREATE EXTENSION prompt_mgr');
	$node->safe_psql($database, ($owner ? "SET ROLE $owner; " : '') . 'SELECT prompt_mgr.init()');
	return;
}

# The absolute path of a file of reference data, or undef after a line that
# says what is left out.
sub reference_file
{
	my ($file, $what) = @_;
	my $folder = $ENV{PROMPT_MGR_DATA} || "$FindBin::RealBin/../../../shared/data";

	return abs_path("$folder/$file") if -r "$folder/$file";
	note("skipped: $what ($file is not in the reference data)");
	return undef;
}

# A hash: relation of schema prompt_mgr => number of rows and MD5 of all of them.
# Rows of partitions are those of their table.
sub table_digests
{
	my ($node, $database) = @_;
	my %digest;

	my $tables = $node->safe_psql($database,
		"SELECT relname FROM pg_class WHERE relnamespace = 'prompt_mgr'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition");
	foreach my $table (split /\n/, $tables)
	{
		$digest{$table} = $node->safe_psql($database,
			qq{SELECT count(*), md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C"), ''))
			   FROM prompt_mgr."$table" AS t});
	}
	return \%digest;
}

# The tables' columns, constraints, indexes, triggers, policies, privileges and
# comments as text, without partitions.  Read from text again, conditions have fewer parentheses,
# and privileges that are the default need not be stated.
sub catalog_picture
{
	my ($node, $database) = @_;

	return $node->safe_psql($database, q{
		WITH relation AS (
			SELECT c.* FROM pg_class AS c
			WHERE c.relnamespace = 'prompt_mgr'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition)
		SELECT 'table', relname, relrowsecurity::text, pg_get_userbyid(relowner), NULL FROM relation
		UNION ALL
		SELECT 'grant', r.relname, pg_get_userbyid(a.grantee), a.privilege_type, NULL
		FROM relation AS r, aclexplode(coalesce(r.relacl, acldefault('r', r.relowner))) AS a
		UNION ALL
		SELECT 'column', r.relname, a.attname,
			format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)
		FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0
		LEFT JOIN pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
		UNION ALL
		SELECT 'column grant', r.relname, a.attname, pg_get_userbyid(x.grantee), x.privilege_type
		FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid, aclexplode(a.attacl) AS x
		UNION ALL
		SELECT 'constraint', r.relname, c.conname, translate(pg_get_constraintdef(c.oid), '()', ''), NULL
		FROM relation AS r JOIN pg_constraint AS c ON c.conrelid = r.oid
		UNION ALL
		SELECT 'index', r.relname, pg_get_indexdef(i.indexrelid), NULL, NULL
		FROM relation AS r JOIN pg_index AS i ON i.indrelid = r.oid
		UNION ALL
		SELECT 'trigger', r.relname, translate(pg_get_triggerdef(t.oid), '()', ''), t.tgenabled::text, NULL
		FROM relation AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid AND NOT t.tgisinternal
		UNION ALL
		SELECT 'policy', p.tablename, p.policyname, array_to_string(p.roles, ','), translate(concat_ws('|', p.cmd, p.qual, p.with_check), '()', '')
		FROM pg_policies AS p JOIN relation AS r ON r.relname = p.tablename WHERE p.schemaname = 'prompt_mgr'
		UNION ALL
		SELECT 'function grant', p.oid::regprocedure::text, pg_get_userbyid(a.grantee), a.privilege_type, NULL
		FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE p.pronamespace = 'prompt_mgr'::regnamespace
		UNION ALL
		SELECT 'schema grant', n.nspname, pg_get_userbyid(a.grantee), a.privilege_type, pg_get_userbyid(n.nspowner)
		FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a WHERE n.nspname = 'prompt_mgr'
		UNION ALL
		SELECT 'comment', r.relname, d.objsubid::text, d.description, NULL
		FROM relation AS r JOIN pg_description AS d ON d.objoid = r.oid AND d.classoid = 'pg_class'::regclass
		ORDER BY 1, 2, 3, 4, 5});
}

# Passes where two databases have equal catalog pictures; shows the lines that
# only one of them has.
sub same_picture
{
	my ($node, $got, $expected, $test) = @_;
	my %line;

	$line{$_}++ foreach split /\n/, catalog_picture($node, $got);
	$line{$_}-- foreach split /\n/, catalog_picture($node, $expected);
	my @differences = map { ($line{$_} > 0 ? "only in $got: " : "only in $expected: ") . $_ }
	  sort grep { $line{$_} } keys %line;
	return is(join("\n", @differences), '', $test);
}

# The SQLSTATE that a statement fails with, or 'success'.
sub sqlstate_of
{
	my ($node, $database, $statement) = @_;

	my ($status, $out, $err) = $node->psql($database, "\\set VERBOSITY sqlstate\n$statement");
	return 'success' if $status == 0;
	return $err =~ /(?:ERROR|FATAL): +(\w{5})/ ? $1 : "no SQLSTATE in: $err";
}

# write_file(NAME, LINES...): a file for servers to read, its path.
sub write_file
{
	my ($name, @lines) = @_;
	my $path = PostgreSQL::Test::Utils::tempdir() . "/$name";

	open(my $file, '>:encoding(UTF-8)', $path) or die "$path: $!";
	print $file map { "$_\n" } @lines;
	close($file) or die "$path: $!";
	return $path;
}

# Passes where a query for differences finds none; shows the first of them else.
sub differences_ok
{
	my ($node, $database, $query, $test) = @_;
	my $found = $node->safe_psql($database, "SELECT * FROM ($query) AS difference LIMIT 5");

	return is($found, '', $test);
}

1;
