# The client of docs/clients.md, as it stands there: what it keeps and for how
# long, what a notification does, and what it answers when the database is away.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use IPC::Run qw(run);
use PmTest;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'no node' if system('node --version >/dev/null 2>&1') != 0;

my $node = new_node('main');
install_in($node, 'postgres');
$node->safe_psql('postgres', q{
	SELECT prompt_mgr.save_prompt('greeting', 'Hello ' || v, labels => CASE v WHEN 1 THEN '{production,staging}'::text[] END) FROM generate_series(1, 3) AS v;
	SELECT prompt_mgr.save_prompt('mail', '{{> greeting}} and goodbye', labels => '{production}');
	SELECT prompt_mgr.save_prompt('chat', messages => '[{"role": "user", "content": "Hi"}]', labels => '{production}')});

open(my $guide, '<', "$FindBin::RealBin/../../docs/clients.md") or die "docs/clients.md: $!";
my @client = grep { (/^```js/ .. /^```$/) && !/^```/ } <$guide>;
cmp_ok(scalar(@client), '>', 30, 'the guide has a client');
my $fallback = write_file('fallback.json', $node->safe_psql('postgres', 'SELECT prompt_mgr.export_prompts()'));
my $client = write_file('client.mjs', map { s/\n$//r } @client);
my $script = write_file('test.mjs', <<'JS');
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [connection, file, path] = process.argv.slice(2);
const { PromptClient } = await import(path);
const psql = (sql) => execFileSync('psql', ['-XAtq', '-v', 'VERBOSITY=verbose', '-v', 'ON_ERROR_STOP=1', '-d', connection, '-c', sql],
  { encoding: 'utf8', stdio: 'pipe' });
const literal = (value) => value === null ? 'NULL' : `'${value}'`;
const check = (ok, name) => console.log(`${ok ? 'ok' : 'not ok'}: ${name}`);
const settle = () => new Promise((done) => setTimeout(done, 20));

let queries = 0;
let away = false;
let hold = null;
let clock = 0;
const query = async (name, version, label) => {
  queries += 1;
  if (away) throw new Error('connection refused');
  let row;
  try {
    row = JSON.parse(psql(`SELECT to_jsonb(g) FROM prompt_mgr.get_prompt(${literal(name)}, ${literal(version)}, ${literal(label)}) AS g`));
  } catch (error) {
    throw Object.assign(error, { code: /ERROR:\s+(\w{5}):/.exec(error.stderr)?.[1] });
  }
  if (hold) await hold;
  return row;
};
const client = new PromptClient({ query, ttl: 1000, now: () => clock, fallback: JSON.parse(readFileSync(file, 'utf8')) });
const text = async (...args) => (await client.get(...args)).template;
const asked = async (ask) => { const before = queries; await ask(); return queries - before; };

// Moves a label and hands over what PostgreSQL sends to whoever listens.
const move = (version) => {
  const said = psql(`LISTEN prompt_mgr; SELECT prompt_mgr.activate('greeting', ${version})`);
  return /payload "(.*)" received/.exec(said)?.[1];
};

check(await text('greeting') === 'Hello 1', 'label production where nothing is said');
check(await asked(() => text('greeting')) === 0, 'asked once');
check(await text('greeting', { version: 3 }) === 'Hello 3' && await text('greeting', { label: 'staging' }) === 'Hello 1', 'by version, by label');
check(await asked(() => Promise.all([text('mail'), text('mail'), text('mail')])) === 1, 'one request for all who ask at once');

move(2);
check(await text('greeting') === 'Hello 1', 'kept as long as it lives');
clock = 1000;
check(await text('greeting') === 'Hello 1', 'then served once more while it is fetched');
await settle();
check(await text('greeting') === 'Hello 2', 'and then new');
check(await asked(() => text('greeting', { version: 3 })) === 0, 'a version lives for ever');

await text('mail');
const payload = move(3);
check(JSON.parse(payload).name === 'greeting' && JSON.parse(payload).label === 'production', 'a notification names prompt and label');
client.notified(payload);
check(await text('greeting') === 'Hello 3', 'a notification drops the entry');
check(await asked(() => text('mail')) === 1, 'and those of prompts that use it');
check(await asked(() => client.get('chat')) === 1 && await asked(() => client.get('chat')) === 0, 'others stay');
client.notified();
check(await asked(() => client.get('chat')) === 1, 'nothing is trusted after a connection was made anew');

// Overtaken: fetched before the move, there after the notification.
client.notified();
let release;
hold = new Promise((done) => { release = done; });
const early = text('greeting');
await settle();
client.notified(move(1));
release();
hold = null;
await early;
check(await text('greeting') === 'Hello 1', 'what a notification has overtaken is not kept');

away = true;
clock = 5000;
check(await text('greeting') === 'Hello 1', 'away: the entry, however old');
const answer = await client.get('greeting', { label: 'latest' });
check(answer.template === 'Hello 3' && answer.isFallback && answer.version === 3, 'away: the fallback file');
check((await client.get('chat')).messages[0].content === 'Hi', 'away: a chat');
client.notified();
check((await client.get('chat')).isFallback && (await client.get('chat')).messages[0].content === 'Hi', 'away: a chat from the file');
check(await client.get('nobody').catch((error) => error.message) === 'connection refused', 'away: an error where nothing is known');

away = false;
check(!(await client.get('greeting', { label: 'latest' })).isFallback, 'what came from the file is not kept');
check(await client.get('greeting', { version: 9 }).catch((error) => error.code) === 'PT404', 'no such version');
await text('greeting', { label: 'staging' });
psql("SELECT prompt_mgr.drop_label('greeting', 'staging')");
clock = 9000;
await text('greeting', { label: 'staging' });
await settle();
check(await client.get('greeting', { label: 'staging' }).catch((error) => error.code) === 'PT404', 'a label that is gone is served no more, nor is the file asked');
JS

my ($out, $err) = ('', '');
run([ 'node', $script, $node->connstr('postgres'), $fallback, $client ], '>', \$out, '2>', \$err);
is($?, 0, 'the script ran to its end') or diag($err);
foreach my $line (split /\n/, $out)
{
	ok($line =~ /^ok: (.*)/, $line =~ s/^(not )?ok: //r);
}
cmp_ok(scalar(split /\n/, $out), '>', 20, 'and checked what it was to check');

$node->stop;
done_testing();
