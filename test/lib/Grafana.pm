package Grafana;

# The dashboards of deploy/grafana as Grafana would ask for them: their queries,
# with its macros and variables expanded.

use strict;
use warnings;

use Exporter 'import';
use JSON::PP;

our @EXPORT = qw(read_dashboards queries_of expand_query);

# read_dashboards(FOLDER): a hash, name to what the file says.
sub read_dashboards
{
	my ($folder) = @_;
	my %dashboard;

	foreach my $path (glob "$folder/*.json")
	{
		open(my $file, '<', $path) or die "$path: $!";
		local $/;
		$dashboard{ $path =~ s{.*/(\w+)\.json$}{$1}r } = decode_json(<$file>);
	}
	return %dashboard;
}

# queries_of(DASHBOARD): name, format and SQL of each query: of panels, of
# annotations and of variables.
sub queries_of
{
	my ($board) = @_;

	return (
		map({ [ "panel $_->{title}", $_->{targets}[0]{format}, $_->{targets}[0]{rawSql} ] } @{ $board->{panels} }),
		map({ [ "annotation $_->{name}", 'table', $_->{target}{rawSql} ] } @{ $board->{annotations}{list} }),
		map({ [ "variable $_->{name}", 'variable', $_->{query} ] } grep { $_->{type} eq 'query' } @{ $board->{templating}{list} }));
}

# expand_query(SQL, FROM, TO, INTERVAL, VARIABLES): as it is sent.
sub expand_query
{
	my ($sql, $from, $to, $interval, $variable) = @_;
	my %seconds = ('1h' => 3600, '1d' => 86400);
	my %macro = (
		__timeFrom => sub { "'$from'" },
		__timeTo => sub { "'$to'" },
		__timeFilter => sub { "$_[0] BETWEEN '$from' AND '$to'" },
		__timeGroup => sub { my $s = $seconds{ $_[1] } || die "interval $_[1]"; "floor(extract(epoch from $_[0])/$s)*$s" });
	$macro{__timeGroupAlias} = sub { $macro{__timeGroup}->(@_) . ' AS "time"' };

	$sql =~ s/\$\{(\w+):sqlstring\}/exists $variable->{$1} ? $variable->{$1} : die "variable $1"/ge;
	$sql =~ s/\$__interval\b/$interval/g;
	# A group with a comma right behind it is given its alias.
	$sql =~ s/\$__timeGroup(?=\([^)]*\),)/\$__timeGroupAlias/g;
	$sql =~ s/\$(\w+)\(([^)]*)\)/($macro{$1} || die "macro $1")->(map { s{^\s+|\s+$}{}gr } split m{,}, $2)/ge;
	die "left in the query: $sql" if $sql =~ /\$/;
	return $sql;
}

1;
