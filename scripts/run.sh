#!/bin/sh
# run.sh takes messages through the whole of sav: a receiver on a free local
# port, then the analysis and the delivery to it. Whatever happens, Ctrl-C
# included, it stops what it started.
#
# Usage: scripts/run.sh SAV MESSAGES OUT
#
# Everything is written below OUT; the results of the last time are replaced.
set -eu
sav=$1 messages=$2 out=$3
receiver='' analysis=''

# stop ends a process of ours and waits for its end.
stop() {
	[ -z "$1" ] || ! kill -TERM "$1" 2>/dev/null || wait "$1" || true
}
trap 'status=$?; trap "" INT TERM HUP; stop "$analysis"; stop "$receiver"; rm -f "$out/receiver.url"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

mkdir -p "$out"
# The receiver remembers what it was given; here it is to start anew.
rm -rf "$out/received.jsonl" "$out/received.jsonl.keys" "$out/receiver.url" "$out/receiver.log" "$out/delivery"

"$sav" receive --addr 127.0.0.1:0 --addr-file "$out/receiver.url" --out "$out/received.jsonl" >"$out/receiver.log" 2>&1 &
receiver=$!
tries=0
until [ -s "$out/receiver.url" ]; do
	tries=$((tries + 1))
	if ! kill -0 "$receiver" 2>/dev/null || [ "$tries" -gt 100 ]; then
		echo "run.sh: the receiver did not start:" >&2
		cat "$out/receiver.log" >&2
		exit 1
	fi
	sleep 0.1
done

# In the background, so that a signal is obeyed at once and not at its end.
"$sav" run --input "$messages" --out "$out" --url "$(cat "$out/receiver.url")" &
analysis=$!
status=0
wait "$analysis" || status=$?
analysis=''
[ "$status" -eq 0 ] || exit "$status"

stop "$receiver"
receiver=''
echo
echo "the receiver says:"
sed '$d' "$out/receiver.log"
echo
echo "files:"
for file in report.csv rejects.csv run.json received.jsonl; do
	printf '%10d bytes  %s\n' "$(wc -c <"$out/$file")" "$out/$file"
done
