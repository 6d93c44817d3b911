#!/bin/sh
# Shows where the CPU time of an analysis goes, over MESSAGES (10,000,000) messages:
# the engine's benchmark runs over them under Go's profiler.
set -eu
cd "$(dirname "$0")/.."
: "${GO:=go}" "${MESSAGES:=10000000}"
dir=build/profile
file=$PWD/$dir/m$MESSAGES.csv
mkdir -p "$dir"
"$GO" build -o "$dir/sav" ./cmd/sav
[ -e "$file" ] || "$dir/sav" generate --messages "$MESSAGES" --seed 1 --out "$file" >/dev/null
SAV_BENCH_FILE=$file "$GO" test -run '^$' -bench '^BenchmarkRun$' -benchtime 5x \
	-cpuprofile "$dir/cpu.pprof" -o "$dir/analysis.test" ./analysis
"$GO" tool pprof -top -nodecount 30 "$dir/analysis.test" "$dir/cpu.pprof"
echo "more: $GO tool pprof -http : $dir/analysis.test $dir/cpu.pprof"
