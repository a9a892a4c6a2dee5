#!/bin/sh
# Checks the archive that this file stands in, with a POSIX shell, sha256sum, cut, grep, find and wc alone:
#   sh verify.sh [HEAD]
# HEAD is a head that was kept elsewhere; every report prints the one it was made after. Without it nobody can see
# that lines were cut from the end of the ledger together with the runs that they named.
cd "$(dirname "$0")" || exit 2
wrong() { echo "WRONG $1"; exit 1; }
tab=$(printf '\t') head=$1 number=0 present=0
previous=0000000000000000000000000000000000000000000000000000000000000000
[ "$head" = "$previous" ] && head=
while IFS= read -r text || [ -n "$text" ]; do
  number=$((number + 1)) IFS=$tab; set -f; set -- $text; set +f; unset IFS
  [ $# = 5 ] && [ "$1" = "$number" ] || wrong "line $number of the ledger: not the next one (removed, added or reordered)"
  [ "$5" = "$previous" ] || wrong "line $number of the ledger: does not follow from the line before it"
  place=runs/$3
  [ -d "$place" ] || for place in runs/*/pruned/"$3"; do [ -d "$place" ] && break; done
  [ -d "$place" ] || wrong "$3: in the ledger, but removed from runs"
  [ "$(sha256sum < "$place/SHA256SUMS" | cut -d' ' -f1)" = "$4" ] || wrong "$3: SHA256SUMS is not the one in the ledger"
  grep -q "\"archive_head\": \"$5\"" "$place/run.json" || wrong "$3: was kept after another line than the ledger says"
  case $place in runs/*/pruned/*) sums=$(grep ' run.json$' "$place/SHA256SUMS") ;; *) sums=$(cat "$place/SHA256SUMS") present=$((present + 1)) ;; esac
  (cd "$place" && printf '%s\n' "$sums" | sha256sum --strict --quiet -c -) || wrong "$3: a file was changed or removed"
  case $place in runs/*/pruned/*) ;; *)
    files=$(cd "$place" && find . ! -type d ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig ! -path ./SHA256SUMS.asc \
      ! -path ./SHA256SUMS.tsr ! -path ./attestation.dsse.json | wc -l)
    [ "$files" -eq "$(wc -l < "$place/SHA256SUMS")" ] || wrong "$3: a file was added" ;;
  esac
  previous=$(printf '%s\n' "$text" | sha256sum | cut -d' ' -f1)
  [ "$previous" = "$head" ] && head=
done < LEDGER.tsv
[ "$(find runs -mindepth 1 -maxdepth 1 | wc -l)" -eq "$present" ] || wrong "runs holds what no line of the ledger names"
[ -z "$head" ] || wrong "the given head is not in the ledger: its end was cut, or it is another ledger"
echo "OK $number lines, $present runs whole, head $previous"
