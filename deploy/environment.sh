#!/bin/sh
# Makes or completes the virtual environment: deploy/environment.sh FOLDER run|dev
#
#   run  what an instance needs (requirements.lock)
#   dev  that and the phones, speech, tests and linters (requirements-dev.lock)
#
# PYTHON names the interpreter; otherwise it is python3, or for `dev` a 3.11 or 3.12, because the phones'
# wheels exist for no newer one. Where the machine has none of these, Debian's own 3.11 is unpacked beside
# the environment: nothing is installed on the machine but, where it is missing, python3-venv.
set -eu

venv=$1
profile=$2
root=$(cd "$(dirname "$0")/.." && pwd)
fetched=$root/.python

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

suits() {
    case $profile in
        dev) "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null ;;
        *) "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ;;
    esac
}

choose_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.12 python3.11 "$fetched/usr/bin/python3.11"; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        if suits "$path"; then
            printf '%s\n' "$path"
            return
        fi
    done
    command -v python3 >/dev/null || fail "python3 is missing: apt-get install python3"
    [ "$profile" = dev ] || fail "Python 3.11 or newer is needed, $(python3 --version) is too old"
    say "The phones need Python 3.11 or 3.12: unpacking Debian's 3.11 into $fetched"
    python3 "$root/liftline/runtime/debian.py" bookworm "$fetched" python3.11 python3.11-venv
    printf '%s\n' "$fetched/usr/bin/python3.11"
}

make_venv() {
    python=$(choose_python)
    [ -n "$python" ] || exit 1
    say "Making $venv with $("$python" --version)"
    if [ "$python" = "$fetched/usr/bin/python3.11" ]; then
        # Debian's ensurepip looks for pip in /usr; here it lies below the unpacked folder.
        "$python" -m venv --clear --without-pip "$venv"
        pip=$(echo "$fetched"/usr/share/python-wheels/pip-*.whl)
        "$venv/bin/python" "$pip/pip" install --quiet --no-index "$pip"
        return
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        [ "$(id -u)" = 0 ] || fail "python3-venv is missing: run once as root, or: apt-get install python3-venv"
        say "Installing python3-venv"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends \
            "$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')"; } >&2 ||
            fail "python3-venv cannot be installed: see apt's message above"
    fi
    "$python" -m venv --clear "$venv"
}

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null || ! suits "$venv/bin/python"; then
    make_venv
fi

case $profile in
    run) lock=$root/requirements.lock ;;
    dev) lock=$root/requirements-dev.lock ;;
    *) fail "unknown profile $profile" ;;
esac

# uv unpacks in seconds what takes pip a minute; where it cannot reach an index that pip is set up for, pip does.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$root/requirements-bootstrap.lock"
"$venv/bin/uv" pip install --python "$venv/bin/python" --require-hashes -r "$lock" ||
    "$venv/bin/python" -m pip install --disable-pip-version-check --require-hashes -r "$lock" ||
    fail "the packages of $(basename "$lock") cannot be installed: see the message above"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e "$root"
