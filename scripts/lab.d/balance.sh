#!/usr/bin/env bash
# scripts/lab balance: a prumod in each host of the lab, which is brought up if it is not; overloads h1 and shows
# what happens. Ctrl-C ends the daemons, the lab stays. Wants prumod and prumo built, in PRUMO_BUILD or
# build/release.
set -euo pipefail
source "$LAB_HOME/settings"
[[ ${1:-} != --help ]] || { lab_help; exit; }
cd "$LAB_HOME/../.."
exec /usr/bin/python3 -m scripts.lab_story balance
