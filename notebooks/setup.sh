#!/bin/sh
# setup.sh lets the cells of a notebook import this checkout, and what
# notebooks/go.mod requires at the versions it names. The first cell of each
# notebook runs it in the folder in which gonb compiles the cells.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
main=$(dirname "$here")
self=github.com/sav-analytics/sav/notebooks
cp "$here/go.mod" "$here/go.sum" .
go mod edit -module=cells -require="$self@v0.0.0" -replace="$self=$here" -replace="${self%/notebooks}=$main"
