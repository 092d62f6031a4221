# shellcheck shell=sh disable=SC2034,SC2154  # variables pass between the sourced files
# workspace.sh
#		A copy of the tree to build in, and a throw-away cluster in it.
#		Sourced after common.sh and packages.sh.
#
# Everything lies in one temporary directory: the tree, the files that "make
# install DESTDIR=" would give the system, the cluster and the logs.  The tree
# itself and the machine's own clusters stay untouched.  As initdb refuses to
# run as root, root's workspace belongs to the user postgres.

# The cluster listens on this socket alone, so its port clashes with none.
socket_port=5432

make_workspace()
{
	work=$(mktemp -d) || die "no temporary directory"
	trap clean_up EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	tree=$work/tree
	stage=$work/stage
	logs=$work/logs
	data_directory=$work/data
	[ ${#work} -le 80 ] || die "$work is too long a path for a socket: set TMPDIR to a shorter one."
	mkdir "$tree" "$logs" "$work/socket"
	tar -C "$root" -cf - --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' \
		--exclude=./tmp_check --exclude=./results . | tar -C "$tree" -xf - --no-same-owner
	find_data
	owner=
	if [ "$(id -u)" -eq 0 ]; then
		owner=postgres
		chown -R postgres: "$work"
		as_owner test -w "$tree" ||
			die "The user postgres cannot work in $work: set TMPDIR to a directory that everybody may enter."
	fi
}

# The reference data, by an absolute path and readable for whoever tests.
find_data()
{
	PROMPT_MGR_DATA=${PROMPT_MGR_DATA:-${root%/*}/shared/data}
	if [ -d "$PROMPT_MGR_DATA" ]; then
		PROMPT_MGR_DATA=$(cd "$PROMPT_MGR_DATA" && pwd)
		if [ "$(id -u)" -eq 0 ] && ! runuser -u postgres -- test -r "$PROMPT_MGR_DATA/README.md"; then
			cp -R "$PROMPT_MGR_DATA" "$work/reference"
			PROMPT_MGR_DATA=$work/reference
		fi
	fi
	export PROMPT_MGR_DATA
}

# as_owner COMMAND...: as the workspace's owner, in the copied tree.
as_owner()
{
	if [ -n "$owner" ]; then
		(cd "$tree" && HOME=$work runuser -u "$owner" -- "$@")
	else
		(cd "$tree" && "$@")
	fi
}

# Runs at the end, whatever the end is.
clean_up()
{
	status=$?
	trap - EXIT HUP INT TERM
	if [ -n "${kept:-}" ]; then
		exit "$status"
	fi
	stop_clusters
	if [ "${KEEP:-}" = 1 ]; then
		say "Kept: $work"
	else
		rm -rf "$work"
	fi
	exit "$status"
}

# Fetches the tokenizers' tables, by whoever calls, whose settings of npm may be
# needed.  Without them tests of tokens skip themselves, and say so.
make_tokenizers()
{
	need_node
	logged "$logs/tokenizers.log" make -C "$tree" tokenizers ||
		say "   no tokenizers' tables: tests of tokens will be skipped"
	[ -z "$owner" ] || chown -R "$owner": "$tree"
}

build_extension()
{
	# Warnings are errors where the project tests itself, not at its users'.
	werror=
	[ "${CI:-}" != true ] || werror=WERROR=1
	# shellcheck disable=SC2086  # empty or one word
	logged "$logs/build.log" as_owner make -j2 PG_CONFIG="$PG_CONFIG" $werror &&
		logged "$logs/install.log" as_owner make install PG_CONFIG="$PG_CONFIG" $werror DESTDIR="$stage"
}

# Writes settings that let a server find the extension below $stage: since 18
# by its own settings, before by Debian's extension_destdir.
write_server_settings()
{
	settings=$work/server.conf
	if [ "$pg_major" -ge 18 ]; then
		cat >"$settings" <<-END
			extension_control_path = '$stage$("$PG_CONFIG" --sharedir):\$system'
			dynamic_library_path = '$stage$("$PG_CONFIG" --pkglibdir):\$libdir'
		END
	elif as_owner "$bindir/postgres" -D "$data_directory" -C extension_destdir >/dev/null 2>&1; then
		echo "extension_destdir = '$stage'" >"$settings"
	else
		die "This server can only load installed extensions (it lacks Debian's extension_destdir): run make, make install and make installcheck."
	fi
	chmod a+r "$settings"
}

start_cluster()
{
	bindir=$("$PG_CONFIG" --bindir)
	logged "$logs/initdb.log" as_owner "$bindir/initdb" -D "$data_directory" -U postgres \
		-A trust -E UTF8 --no-locale --no-sync || return 1
	write_server_settings
	as_owner tee -a "$data_directory/postgresql.conf" >/dev/null <<-END
		listen_addresses = ''
		unix_socket_directories = '$work/socket'
		port = $socket_port
		fsync = off
		full_page_writes = off
		max_connections = 100
		$(cat "$settings")
	END
	logged "$logs/start.log" as_owner "$bindir/pg_ctl" -D "$data_directory" -l "$logs/server.log" -w start || return 1
	PGHOST=$work/socket
	PGPORT=$socket_port
	PGUSER=postgres
	export PGHOST PGPORT PGUSER
}

# Stops what runs in the workspace, each server by its own directory: ours, and
# those of a TAP test that was interrupted.
stop_clusters()
{
	find "$work" -name postmaster.pid 2>/dev/null | while read -r file; do
		as_owner "$bindir/pg_ctl" -D "${file%/*}" -m fast -w stop >>"$logs/stop.log" 2>&1
	done
}
