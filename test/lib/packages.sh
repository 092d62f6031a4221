# shellcheck shell=sh disable=SC2034,SC2154  # variables pass between the sourced files
# packages.sh
#		Finds a PostgreSQL to work with, and installs what the machine lacks
#		with apt-get.  Sourced after common.sh.

minimum=15

# The major version of the server that a pg_config belongs to; nothing where
# that server, its development files or its age do not do.
usable_version()
{
	[ -x "$1" ] || return 1
	bin=$("$1" --bindir) && [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || return 1
	[ -f "$("$1" --pgxs)" ] && [ -f "$("$1" --includedir-server)/postgres.h" ] || return 1
	major=$("$1" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
	[ "$major" -ge "$minimum" ] && echo "$major"
}

# Sets PG_CONFIG and pg_major: the one asked for, or the newest there is.
find_server()
{
	if [ -n "${PG_CONFIG:-}" ] && PG_CONFIG=$(command -v "$PG_CONFIG") &&
		pg_major=$(usable_version "$PG_CONFIG"); then
		return 0
	fi
	pg_major=0
	for candidate in /usr/lib/postgresql/*/bin/pg_config "$(command -v pg_config)"; do
		found=$(usable_version "$candidate") || continue
		if [ "$found" -gt "$pg_major" ]; then
			pg_major=$found
			PG_CONFIG=$candidate
		fi
	done
	[ "$pg_major" -gt 0 ]
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "Packages have to be installed, which takes root: run this as root, or install sudo."
	fi
}

installed()
{
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

refresh_packages()
{
	[ -z "${packages_fresh:-}" ] || return 0
	command -v apt-get >/dev/null 2>&1 ||
		die "This sets itself up on Debian and Ubuntu. Elsewhere install a PostgreSQL $minimum or newer with its development files, and run make, make install and make installcheck."
	say "   reading the lists of packages (apt-get update)"
	as_root apt-get update -qq >/dev/null || die "apt-get update failed"
	packages_fresh=yes
}

# The distribution's own major version, as its package "postgresql" has it.
distribution_version()
{
	apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1
}

# Installing a server's package would also make and start a cluster "main".
# Nobody asked for one, so that is put off while we install.
no_main_cluster=/etc/postgresql-common/createcluster.d/prompt_mgr.conf

install_packages()
{
	[ $# -gt 0 ] || return 0
	refresh_packages
	say "   installing $* (apt-get$([ "$(id -u)" -eq 0 ] || echo ' by sudo'))"
	as_root mkdir -p "${no_main_cluster%/*}"
	echo 'create_main_cluster = off' | as_root tee "$no_main_cluster" >/dev/null
	result=0
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends "$@" >"$package_log" 2>&1 || result=$?
	as_root rm -f "$no_main_cluster"
	if [ "$result" -ne 0 ]; then
		tail -n 30 "$package_log" >&2
		die "apt-get could not install $*"
	fi
}

# need_server [PACKAGE...]: a server to build for, a compiler, and more.
need_server()
{
	package_log=$(mktemp)
	trap 'rm -f "$package_log"' EXIT
	wanted=
	command -v cc >/dev/null 2>&1 || wanted="$wanted gcc libc6-dev"
	command -v make >/dev/null 2>&1 || wanted="$wanted make"
	if ! find_server; then
		refresh_packages
		pg_major=$(distribution_version)
		[ "${pg_major:-0}" -ge "$minimum" ] ||
			die "This distribution has PostgreSQL ${pg_major:-none}, and prompt_mgr needs $minimum or newer. Add the PostgreSQL project's own packages (a script in package postgresql-common does that), install postgresql-$minimum and postgresql-server-dev-$minimum, and come again."
		wanted="$wanted postgresql-$pg_major postgresql-server-dev-$pg_major"
	fi
	for package in "$@"; do
		installed "$package" || perl_module_found "$package" || wanted="$wanted $package"
	done
	# shellcheck disable=SC2086  # a list of names
	install_packages $wanted
	rm -f "$package_log"
	trap - EXIT
	find_server || die "No PostgreSQL $minimum or newer with development files was found, even after installing one."
}

# want_package PACKAGE: what a test can do without; nobody is asked for a
# password for it.
want_package()
{
	package_log=$logs/packages.log
	installed "$1" || { [ "$(id -u)" -eq 0 ] && (install_packages "$1") >/dev/null 2>&1; }
}

# A module can be there without its Debian package.
perl_module_found()
{
	[ "$1" = libipc-run-perl ] && perl -MIPC::Run -e 1 2>/dev/null
}

# node and npm may come from elsewhere than Debian, whose npm would then
# clash: what counts is whether the commands are there.
need_node()
{
	package_log=$logs/packages.log
	command -v node >/dev/null 2>&1 || install_packages nodejs
	command -v npm >/dev/null 2>&1 || install_packages npm
}
