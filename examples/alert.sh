#!/bin/sh
# Scans, keeps the run, and tells somebody whenever not all is in order: a failure, a change that nothing authorises, a
# source that kept silent, or a scan that could not be made. Run it on a schedule in the directory of scanner.yaml:
#
#   30 * * * *  cd /srv/shop && sh alert.sh mail -s "scanner: shop" oncall@example.com
#
# The words given are the command that is told; the message is its standard input. That this script itself no longer
# runs is not seen here: `policy: {scan_interval: 26 hours}` makes a late run a failure of the next one and of the
# period report, and `scanner drift -o prometheus:FILE` writes the time of the last scan for an alert of your own.
set -u
if [ $# -eq 0 ]; then
  echo "usage: alert.sh COMMAND [WORD]..." >&2
  exit 2
fi
message=$(mktemp) || exit 2
trap 'rm -f "$message"' EXIT
scanner drift -q >"$message" 2>&1
found=$?
printf '\nChanges that stand open and that nothing authorises:\n' >>"$message"
scanner changes --open --unauthorised >>"$message" 2>&1
changed=$?
[ "$found" -ne 0 ] || found=$changed
[ "$found" -eq 0 ] || "$@" <"$message" || exit 2
exit "$found"
