package sav_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/database"
	"github.com/sav-analytics/sav/stats"
)

// A value that stands for nothing says so: it neither panics nor passes for another one.
func TestStringOfNothing(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]fmt.Stringer{
		"Clock(77)":                policy.Clock(77),
		"Every(77)":                analysis.Every(77),
		"Expr{}":                   expr.Expr{},
		"Field(77)":                source.Field(77),
		"Level(77)":                analysis.Level(77),
		"Reason(77)":               source.Reason(77),
		"Signal(77)":               stats.Signal(77),
		"Type(77)":                 frame.Type(77),
		"":                         analysis.Within{},
		"default":                  policy.Who{},
		"no database":              database.DSN{},
		"\n\n0 rows × 0 columns\n": (*frame.Frame)(nil),
	} {
		require.Equal(t, want, value.String(), "%T", value)
	}
	require.Empty(t, (*source.TimeFormat)(nil).String())
}
