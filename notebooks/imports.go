//go:build cells

// Package notebooks is no package to build: it names what the cells of the notebooks import, so that go mod tidy keeps
// it in go.mod.
package notebooks

import (
	_ "github.com/go-gota/gota/dataframe"
	_ "github.com/go-gota/gota/series"
	_ "gonum.org/v1/gonum/stat"

	_ "github.com/sav-analytics/sav/analysis"
	_ "github.com/sav-analytics/sav/analysis/sales"
	_ "github.com/sav-analytics/sav/frame"
	_ "github.com/sav-analytics/sav/frame/expr"
	_ "github.com/sav-analytics/sav/frame/frameio"
	_ "github.com/sav-analytics/sav/frame/gotaframe"
	_ "github.com/sav-analytics/sav/frame/pipe"
	_ "github.com/sav-analytics/sav/source/files"
	_ "github.com/sav-analytics/sav/sql/questions"
	_ "github.com/sav-analytics/sav/stats"
	_ "github.com/sav-analytics/sav/stats/chart"
)
