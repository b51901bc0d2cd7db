#!/usr/bin/env bash
# scripts/lab demo: a lab of its own, from nothing to nothing: a host is overloaded and relieved, the
# coordinator is killed, and again. Wants prumod and prumo built, in PRUMO_BUILD or build/release.
set -euo pipefail
[[ ${1:-} != --help ]] || { source "$LAB_HOME/settings"; lab_help; exit; }
cd "$LAB_HOME/../.."
# The demo's lab has a name, and so a folder, of its own.
unset LAB_RUN LAB_HOST_CPUS LAB_HOST_MEM
exec /usr/bin/python3 -m scripts.lab_story demo
