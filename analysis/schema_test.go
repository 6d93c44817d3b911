package analysis_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysistest"
)

func TestParseWithin(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]time.Duration{
		"":               {24 * time.Hour},
		"0s":             {0},
		"1h":             {time.Hour},
		"1s, 2m,3h , 4d": {time.Second, 2 * time.Minute, 3 * time.Hour, 4 * 24 * time.Hour},
		"106751d":        {106751 * 24 * time.Hour},
	} {
		got, err := analysis.ParseWithin(list)
		require.NoError(t, err, list)
		require.Len(t, got, len(want))
		for i, w := range got {
			require.Equal(t, want[i], w.Duration(), list)
		}
	}
	for list, want := range map[string]string{
		"24":                          `"24" is not a time`,
		"h":                           `"h" is not a time`,
		"-1h":                         `"-1h" is not a time`,
		"+1h":                         `"+1h" is not a time`,
		"1.5h":                        `"1.5h" is not a time`,
		"1h30m":                       `"1h30m" is not a time`,
		"1_0h":                        `"1_0h" is not a time`,
		"1H":                          `"1H" is not a time`,
		"１h":                          `is not a time`,
		",1h":                         `"" is not a time`,
		"1w":                          `"1w" is not a time`,
		"106752d":                     `longer than 106751 days`,
		strings.Repeat("9", 40) + "s": `longer than 106751 days`,
		"1h,60m":                      "1h and 60m are the same time",
		"2h,1h":                       "2h stands before 1h",
	} {
		_, err := analysis.ParseWithin(list)
		require.ErrorContains(t, err, want, list)
	}
}

// A header is read back as the schema that it was made of, and no other header is
// one.
func TestColumnsOfReadsEverySchema(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		opts, _ := analysistest.DrawOptions(t)
		want := inside.Schema(opts)
		names := want.Names()
		columns, err := schema.ColumnsOf(names)
		require.NoError(t, err)
		require.Equal(t, want.Columns(), columns)
		read, err := schema.Of(rapid.Permutation(names).Draw(t, "order"))
		require.NoError(t, err)
		require.Equal(t, columns, read.Columns())

		at := rapid.IntRange(0, len(names)-1).Draw(t, "at")
		for _, wrong := range [][]string{slices.Delete(slices.Clone(names), at, at+1),
			slices.Insert(slices.Clone(names), at, "body")} {
			_, err = schema.ColumnsOf(wrong)
			require.Error(t, err)
			_, err = schema.Of(wrong)
			require.Error(t, err)
		}
		_, err = schema.Of(append(names, names[at]))
		require.Error(t, err, "twice")
	})
	_, err := schema.ColumnsOf(nil)
	require.ErrorContains(t, err, "0 columns; expected 27")
	swapped := schema.Schema{}.Names()
	swapped[0], swapped[1] = swapped[1], swapped[0]
	_, err = schema.ColumnsOf(swapped)
	require.ErrorContains(t, err, `column 1 is "country"; expected "level"`)
}

// What a caller does to the columns has no effect on others.
func TestColumnsAreACopy(t *testing.T) {
	schema.Schema{}.Columns()[0].Name = "x"
	schema.DefaultWithin()[0] = analysis.Within{}
	require.Equal(t, "level", schema.Schema{}.Columns()[0].Name)
	require.Equal(t, "24h", schema.DefaultWithin()[0].String())
}

// Whatever list is accepted ascends, and its names make the same list.
func FuzzParseWithin(f *testing.F) {
	for _, seed := range []string{"", "24h", "1s, 2m,3h,4d", "1h,60m", "106751d", "-1h", "1h,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		parsed, err := analysis.ParseWithin(list)
		if err != nil {
			return
		}
		var names []string
		for i, w := range parsed {
			require.True(t, i == 0 || parsed[i-1].Duration() < w.Duration())
			names = append(names, w.String())
		}
		again, err := analysis.ParseWithin(strings.Join(names, ","))
		require.NoError(t, err)
		require.Equal(t, parsed, again)
		_, err = schema.ColumnsOf(schema.Schema{Within: parsed}.Names())
		require.NoError(t, err)
	})
}
