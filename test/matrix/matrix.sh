#!/bin/sh
# matrix.sh
#		"make matrix": the whole suite on each supported PostgreSQL that a Debian
#		release has, each in a bare Debian of its own.
#
# Then a database is taken from the first of them to the others, by dump and
# restore and by pg_upgrade.
#
# MATRIX="15 17 18" names the versions to run.  Each takes 2 GB and some
# minutes; MATRIX_DIR names a directory that keeps the systems, so that the
# next run need not make them again, else they are removed.  What is tested is
# HEAD, as a clone would have it.  It takes root, debootstrap and a Debian
# mirror, which is read from apt's settings; the settings of npm are the
# caller's too.  PROMPT_MGR_DATA names the reference data.
#
# All processes of a run live in a PID namespace and all its mounts in a mount
# namespace: both are gone with the run, however that ends.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=test/lib/common.sh
. "$root/test/lib/common.sh"

versions=${MATRIX:-15 17 18}
reference=${PROMPT_MGR_DATA:-${root%/*}/shared/data}

# Where a Debian release has it as its own; none has 16.
release_of()
{
	case $1 in
		15) echo bookworm ;;
		17) echo trixie ;;
		18) echo forky ;;
		*) die "No Debian release has PostgreSQL $1; there are 15, 17 and 18." ;;
	esac
}

prepare()
{
	for version in $versions; do
		release_of "$version" >/dev/null
	done
	[ "$(id -u)" -eq 0 ] || die "make matrix makes root directories: run it as root."
	command -v debootstrap >/dev/null || die "make matrix needs debootstrap: install it."
	# shellcheck disable=SC2016  # apt's variables
	mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
		sed -n 's/^Debian Debian //p' | head -n 1)
	[ -n "$mirror" ] || die "apt knows no mirror of Debian."
	work=$(mktemp -d) || die "no temporary directory"
	# Roots of the kept systems are entered by the user postgres.
	chmod 755 "$work"
	systems=${MATRIX_DIR:-$work}
	mkdir -p "$systems"
	systems=$(cd "$systems" && pwd)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# The scripts of releases that debootstrap does not know yet are those of sid.
make_system()
{
	[ ! -e "$system/made" ] || return 0
	rm -rf "$system"
	script=/usr/share/debootstrap/scripts/$release
	[ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
	unshare --mount debootstrap --variant=minbase --include=make,ca-certificates \
		"$release" "$system" "$mirror" "$script" >"$work/debootstrap.log" 2>&1 || {
		tail -n 20 "$work/debootstrap.log" >&2
		return 1
	}
	apt-config dump Acquire >"$system/etc/apt/apt.conf.d/90matrix"
	touch "$system/made"
}

# What the system has of the caller's network: names, and npm's settings.
copy_settings()
{
	cat /etc/resolv.conf >"$system/etc/resolv.conf"
	cat /etc/hosts >"$system/etc/hosts"
	rm -f "$system/root/.npmrc" "$system/root/npm-ca.crt"
	command -v npm >/dev/null || return 0
	for config in globalconfig userconfig; do
		[ ! -r "$(npm config get "$config" 2>/dev/null)" ] || cat "$(npm config get "$config" 2>/dev/null)"
	done >"$system/root/.npmrc"
	cafile=$(npm config get cafile 2>/dev/null)
	[ ! -r "$cafile" ] || cp "$cafile" "$system/root/npm-ca.crt"
}

# The shell stays as process 1, to reap what the servers' processes leave.
enter()
{
	# shellcheck disable=SC2016  # the inner shell's variables
	unshare --mount --pid --fork --kill-child sh -c '
		system=$1 data=$2
		shift 2
		mount -t proc proc "$system/proc" && mount -t tmpfs -o mode=1777 shm "$system/dev/shm" || exit 1
		[ ! -d "$data" ] || mount --bind -o ro "$data" "$system/reference" || exit 1
		chroot "$system" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C CI=true \
			PROMPT_MGR_DATA=/reference "$@"
		exit $?' sh "$system" "$reference" "$@"
}

# numbers NAME: those that end the log become the result of that name.
numbers()
{
	sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$work/log" | tail -n 1 | grep . >"$work/$1" ||
		echo '0 1' >"$work/$1"
}

# run VERSION: leaves its two numbers in $work/VERSION.
run()
{
	system=$systems/$1
	release=$(release_of "$1")
	echo '0 1' >"$work/$1"
	headline "PostgreSQL $1: Debian $release in $system"
	make_system || return 0
	copy_settings
	rm -rf "$system/prompt_mgr"
	mkdir -p "$system/prompt_mgr" "$system/reference"
	git -C "$root" archive HEAD | tar -xf - -C "$system/prompt_mgr"
	ca=
	[ ! -e "$system/root/npm-ca.crt" ] || ca=NPM_CONFIG_CAFILE=/root/npm-ca.crt
	enter $ca ${PARTS:+"PARTS=$PARTS"} ${TAP:+"TAP=$TAP"} make -C /prompt_mgr test 2>&1 | tee "$work/log"
	numbers "$1"
}

# upgrade VERSION VERSION...: in the last one's system, with the servers of the
# others' releases; leaves its two numbers in $work/upgrade.
upgrade()
{
	echo '0 1' >"$work/upgrade"
	newest=$systems/$last
	rm -rf "$newest/stages"
	mkdir "$newest/stages"
	for version in "$@"; do
		system=$systems/$version
		rm -rf "$system/stage"
		enter make -C /prompt_mgr install with_llvm=no DESTDIR=/stage "PG_CONFIG=/usr/lib/postgresql/$version/bin/pg_config" \
			>"$work/log" 2>&1 || {
			tail -n 20 "$work/log" >&2
			return
		}
		mv "$system/stage" "$newest/stages/$version"
		[ "$version" = "$last" ] || echo "deb $mirror $(release_of "$version") main"
	done >"$work/sources"
	system=$newest
	cp "$work/sources" "$system/etc/apt/sources.list.d/older.list"
	enter sh /prompt_mgr/test/matrix/upgrade.sh /stages "$@" 2>&1 | tee "$work/log"
	numbers upgrade
	rm -f "$system/etc/apt/sources.list.d/older.list"
}

prepare
for version in $versions; do
	run "$version"
	last=$version
done
[ "$versions" = "$last" ] || upgrade $versions

say
for version in $versions; do
	read -r passed failed <"$work/$version"
	say "PG $version: $passed passed, $failed failed"
	total_failed=$((total_failed + failed))
done
if [ -e "$work/upgrade" ]; then
	read -r passed failed <"$work/upgrade"
	say "Upgrades: $passed passed, $failed failed"
	total_failed=$((total_failed + failed))
fi
[ "$total_failed" -eq 0 ]
