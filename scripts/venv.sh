# venv.sh is sourced by scripts that need Python 3 with its venv module: where that is
# missing, apt-get installs it, as root. They define say, which tells what they do.
python3 -c 'import ensurepip, venv' 2>/dev/null || {
	say "installing python3-venv with apt-get"
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
		say "that needs root and Debian: install Python 3 with its venv module by hand"
		exit 1
	}
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv; } >&2
}
