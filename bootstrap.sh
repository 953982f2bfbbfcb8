#!/bin/sh
# Prepares a Debian or Ubuntu machine: the system packages that are missing, .venv, the pinned Python packages.
#   ./bootstrap.sh run|test
# Does nothing, within a blink, when all is there. Never touches a PostgreSQL cluster of the machine's own.
set -eu
cd "$(dirname "$0")"
purpose=${1:-run}

# The person's language, as in GRID_LANG: Chinese unless it says en.
say() {
    if [ "${GRID_LANG:-zh}" = en ]; then printf '%s\n' "$2" >&2; else printf '%s\n' "$1" >&2; fi
}

has_postgis() {
    # tests always run a server of their own
    [ "$purpose" = test ] || [ -z "${GRID_DATABASE_URL:-}${GRID_POSTGRES_BIN:-}" ] || return 0
    for control in /usr/share/postgresql/*/extension/postgis.control; do
        version=${control#/usr/share/postgresql/}
        [ -x "/usr/lib/postgresql/${version%%/*}/bin/initdb" ] && return 0
    done
    # one built by hand, on PATH: its own folders tell; an initdb alone says nothing of PostGIS
    share=$(pg_config --sharedir 2>/dev/null) && [ -e "$share/extension/postgis.control" ] && command -v initdb >/dev/null
}

has_chinese_font() {
    find /usr/share/fonts /usr/local/share/fonts "${HOME:-/root}/.local/share/fonts" -name '*CJK*' 2>/dev/null | grep -q .
}

has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

# Prints the first Python that is new enough and can make environments.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

missing_packages() {
    has_postgis || echo postgresql-postgis
    has_chinese_font || echo fonts-noto-cjk
    [ -x .venv/bin/python ] || find_python >/dev/null || echo python3-venv
    [ "$purpose" != test ] || has_chromium || echo chromium
    [ "$purpose" != test ] || command -v pdftotext >/dev/null || echo poppler-utils
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# Quiet unless it fails; asks nothing; waits for another apt to finish.
apt() {
    told=$(mktemp)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 "$@" \
        >"$told" 2>&1 </dev/null && done=0 || done=$?
    [ "$done" = 0 ] || cat "$told" >&2
    rm -f "$told"
    return "$done"
}

apt_install() { apt install --no-install-recommends "$@"; }

# Debian's server package makes and starts a cluster "main" on port 5432 unless it is told not to; ours is private.
install_postgis() {
    quiet=/etc/postgresql-common/createcluster.d/grid-map.conf
    if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
        quiet=
    else
        apt_install postgresql-common
        as_root mkdir -p "${quiet%/*}"
        echo 'create_main_cluster = false' | as_root tee "$quiet" >/dev/null
    fi
    apt_install postgresql-postgis && installed=0 || installed=$?
    [ -z "$quiet" ] || as_root rm -f "$quiet"
    return "$installed"
}

install_packages() {
    say "正在安装系统软件包：$*" "Installing system packages: $*"
    apt update
    for package in "$@"; do
        case $package in
            postgresql-postgis) install_postgis ;;
            python3-venv) apt_install python3-venv; find_python >/dev/null || apt_install python3.11-venv ;;
            *) apt_install "$package" ;;
        esac
    done
}

# Installs the pinned files given, unless exactly these are installed already.
install_python_packages() {
    stamp=.venv/installed-for-$purpose
    wanted=$(cat "$@" | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    say "正在安装 Python 依赖（约一分钟）…" "Installing Python packages (about a minute) …"
    for file in "$@"; do set -- "$@" -r "$file"; shift; done
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@"
    echo "$wanted" >"$stamp"
}

missing=$(missing_packages | tr '\n' ' ')
missing=${missing% }
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # one word per package
    if may_install; then
        install_packages $missing
    else
        say "请先安装系统软件包再重来：sudo apt-get install $missing" \
            "Install these system packages first, then try again: sudo apt-get install $missing"
        exit 1
    fi
fi

if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(find_python) || { say "需要 Python 3.11 或更新版本。" "Python 3.11 or newer is needed."; exit 1; }
    rm -rf .venv
    "$python" -m venv .venv
fi

case $purpose in
    run) install_python_packages requirements.txt ;;
    test) install_python_packages requirements.txt requirements-test.txt ;;
    *) say "用法：./bootstrap.sh run|test" "Usage: ./bootstrap.sh run|test"; exit 2 ;;
esac
