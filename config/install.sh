#!/bin/sh
# Makes .venv/ and installs pinned requirements into it; nothing is done twice.
# Usage: config/install.sh requirements.txt [requirements-dev.txt]
# PYTHON names the interpreter to use, WHEELS a directory of wheels to install from without a network,
# ENVIRONMENT another place for the environment than .venv.
set -eu

oldest="3.11"
environment=${ENVIRONMENT:-.venv}
log=$environment/install.log

say() { printf '%s\n' "$*" >&2; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "Python $oldest or newer is needed, and none was found."
    say "Install it, or name it: make $goal PYTHON=/path/to/python3.11"
    exit 1
}

make_environment() {
    if [ -x "$environment/bin/python" ] && new_enough "$environment/bin/python" && [ -x "$environment/bin/pip" ]; then
        return
    fi
    python=$(find_python)
    say "Making $environment with $("$python" --version)"
    rm -rf "$environment"
    if ! message=$("$python" -m venv "$environment" 2>&1); then
        rm -rf "$environment"
        say "$message"
        say "The virtual environment can't be made. On Debian and Ubuntu install the package python3-venv."
        exit 1
    fi
}

# One line that counts the packages on a terminal, one line per tenth package elsewhere.
show_progress() {
    total=$1
    count=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
        Collecting* | Processing* | "Requirement already satisfied"*) count=$((count + 1)) ;;
        "Installing collected packages"*) say ""; say "  unpacking" ; continue ;;
        *) continue ;;
        esac
        if [ -t 2 ]; then
            printf '\r  %d of %d packages' "$count" "$total" >&2
        elif [ $((count % 20)) -eq 0 ]; then
            say "  $count of $total packages"
        fi
    done
}

install_file() {
    file=$1
    stamp=$environment/installed-$file
    if cmp -s "$file" "$stamp"; then
        return
    fi
    say "Installing $file"
    set -- install --require-hashes --no-deps --no-input --disable-pip-version-check --no-color -r "$file"
    if [ -n "${WHEELS:-}" ]; then
        set -- "$@" --no-index --find-links "$WHEELS"
    fi
    : >"$log"
    status=$environment/install.status
    { "$environment/bin/python" -m pip "$@" 2>&1 || echo $? >"$status"; } | show_progress "$(grep -c '^[a-zA-Z0-9]' "$file")"
    if [ -e "$status" ]; then
        rm -f "$status"
        tail -n 5 "$log" >&2
        say "Installing $file failed; all of pip's words are in $log."
        say "Without a network, give a directory of wheels: make $goal WHEELS=/path/to/wheels"
        say "(made where there is a network: python3 -m pip download --require-hashes -r $file -d wheels)"
        exit 1
    fi
    if ! "$environment/bin/python" -m pip check >>"$log"; then
        tail -n 5 "$log" >&2
        say "The pinned packages don't fit this Python. Name another: make $goal PYTHON=/path/to/python3"
        exit 1
    fi
    cp "$file" "$stamp"
}

goal=install
make_environment
for file in "$@"; do
    install_file "$file"
done
