package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"

	"github.com/sav-analytics/sav/stats"
	"github.com/sav-analytics/sav/stats/chart"
)

func ExampleChart_ECDF() {
	c := chart.New("How long clients wait", "time since the question", "answered")
	chart.LogSeconds(&c.X)
	chart.Percent(&c.Y)
	c.ECDF("FR", []float64{60, 300, 900})
	svg, err := c.SVG(560, 320)
	if err != nil || !strings.HasPrefix(svg, "<svg") {
		panic(err)
	}
	// Output:
}

// What cannot be drawn is an error of SVG, and nothing panics.
func TestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		add  func(c *chart.Chart)
		want string
	}{
		"line": {func(c *chart.Chart) { c.Line("", []float64{1}, nil) },
			"chart: line: slices of lengths [1 0]"},
		"no points": {func(c *chart.Chart) { c.Steps("", nil, nil) }, "chart: steps: "},
		"NaN":       {func(c *chart.Chart) { c.Dots("", []float64{math.NaN()}, []float64{1}) }, "chart: dots: "},
		"guide": {func(c *chart.Chart) { c.Guide("", []float64{1}, nil) },
			"chart: guide: slices of lengths [1 0]"},
		"band": {func(c *chart.Chart) { c.Band([]float64{1}, nil, nil) },
			"chart: band: slices of lengths [1 0 0]"},
		"bars": {func(c *chart.Chart) { c.Bars("", nil, nil) },
			"chart: bars: dividers must be one more than counts"},
		"ranges": {func(c *chart.Chart) { c.Ranges([]string{"a"}, nil, nil, nil) },
			"chart: ranges: slices of lengths [1 0 0 0]"},
		"ECDF":        {func(c *chart.Chart) { c.ECDF("", nil) }, "chart: ECDF: no times"},
		"bad times":   {func(c *chart.Chart) { c.ECDF("", []float64{-1}) }, "chart: ECDF: "},
		"no survival": {func(c *chart.Chart) { c.KaplanMeier("", nil) }, "chart: Kaplan–Meier: no observations"},
		"nobody": {func(c *chart.Chart) { c.KaplanMeier("", &stats.Survival{}) },
			"chart: Kaplan–Meier: no observations"},
		"first of two": {func(c *chart.Chart) { c.ECDF("", nil); c.Line("", []float64{1}, nil) },
			"chart: ECDF: no times"},
	} {
		t.Run(name, func(t *testing.T) {
			made := chart.New("", "", "")
			c.add(made)
			_, err := made.SVG(300, 200)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := chart.New("", "", "").SVG(0, math.NaN())
	require.ErrorContains(t, err, "a size of 0 × NaN points")
}

// A curve is made of true steps: its line goes straight across and straight up,
// and up at its times alone, whatever the axis.
func TestCurvesAreSteps(t *testing.T) {
	t.Parallel()
	for _, log := range []bool{false, true} {
		c := chart.New("", "", "")
		if log {
			chart.LogSeconds(&c.X)
		}
		s, err := stats.KaplanMeier([]float64{60, 3600, 3600, 86400}, []bool{true, true, true, false})
		require.NoError(t, err)
		c.KaplanMeier("", s)
		require.Equal(t, 86400.0, c.X.Max, "as far as anybody was watched")
		svg, err := c.SVG(300, 200)
		require.NoError(t, err)
		path := regexp.MustCompile(`d="M([^"]*)" style="fill:none;stroke:#0072B2`).FindStringSubmatch(svg)
		require.NotNil(t, path)
		var points [][2]string
		for _, at := range strings.Split(path[1], "L") {
			x, y, _ := strings.Cut(at, ",")
			points = append(points, [2]string{x, y})
		}
		ups := 0
		for i := 1; i < len(points); i++ {
			across, up := points[i][1] == points[i-1][1], points[i][0] == points[i-1][0]
			require.True(t, across || up, "%v", points)
			if up && !across {
				ups++
			}
		}
		require.Equal(t, 2, ups, "at 60 and at 3600 seconds")
	}
}

func TestChartIsAWholeSVG(t *testing.T) {
	for _, c := range []struct {
		name string
		add  func(*chart.Chart)
	}{
		{"line and guide", func(c *chart.Chart) {
			c.Line("a line", []float64{0, 60, 7200}, []float64{1, 3, 2})
			c.Guide("a guide", []float64{0, 7200}, []float64{2, 2})
			chart.LogSeconds(&c.X)
		}},
		{"steps and dots", func(c *chart.Chart) {
			c.Steps("", []float64{1, 2}, []float64{0, 1})
			c.Dots("dots", []float64{1, 2}, []float64{0, 1})
			chart.Percent(&c.Y)
		}},
		{"bars", func(c *chart.Chart) { c.Bars("bars", []float64{0, 1, 3}, []float64{5, 2}) }},
		{"curves", func(c *chart.Chart) {
			s, err := stats.KaplanMeier([]float64{0, 60, 300, 900, 900}, []bool{true, true, false, true, true})
			require.NoError(t, err)
			c.KaplanMeier("survival", s)
			c.ECDF("distribution", []float64{60, 900, 60})
		}},
		{"ranges", func(c *chart.Chart) {
			c.Ranges([]string{"FR", "DE"}, []float64{1, 2}, []float64{2, 3}, []float64{5, 4})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := chart.New("what it <shows>", "the x axis", "the y axis")
			c.add(made)
			svg, err := made.SVG(300, 200)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(svg, "<svg"))
			texts := texts(t, svg)
			for _, want := range []string{"what it <shows>", "the x axis", "the y axis"} {
				require.Contains(t, texts, want)
			}
			require.NotContains(t, svg, "NaN")
			again, err := made.SVG(300, 200)
			require.NoError(t, err)
			require.Equal(t, svg, again, "drawn again")
		})
	}
}

// The rows of Ranges stand in the order of their labels, from the top.
func TestRangesReadDownwards(t *testing.T) {
	c := chart.New("", "", "")
	c.Ranges([]string{"first", "last"}, []float64{1, 1}, []float64{2, 2}, []float64{3, 3})
	ticks := c.Y.Tick.Marker.Ticks(c.Y.Min, c.Y.Max)
	require.Equal(t, []plot.Tick{{Value: 0, Label: "last"}, {Value: 1, Label: "first"}}, ticks)
}

func TestTicks(t *testing.T) {
	labels := func(a plot.Axis, low, high float64) (all []string) {
		for _, tick := range a.Tick.Marker.Ticks(low, high) {
			require.GreaterOrEqual(t, tick.Value, low)
			require.LessOrEqual(t, tick.Value, high)
			all = append(all, tick.Label)
		}
		return all
	}
	c := chart.New("", "", "")
	require.Equal(t, []string{"0", "0.2", "0.4", "0.6", "0.8"}, labels(c.X, 0, 0.9))
	require.Equal(t, []string{"-50", "0", "50"}, labels(c.X, -77, 99))
	require.Equal(t, []string{"500", "1000", "1500", "2000", "2500"}, labels(c.X, 3, 2650))
	require.Empty(t, labels(c.X, 1, 1))
	chart.LogSeconds(&c.X)
	require.Equal(t, []string{"10 min", "1 h", "6 h"}, labels(c.X, 70, 40000))
	require.Zero(t, c.X.Scale.Normalize(0, math.E-1, 0))
	require.InDelta(t, 1, c.X.Scale.Normalize(0, math.E-1, math.E-1), 1e-15)
	chart.Categories(&c.X, "a", "b", "c")
	require.Equal(t, []string{"b", "c"}, labels(c.X, 0.5, 2))
}

// texts are the texts of an SVG, which must be well-formed.
func texts(t *testing.T, svg string) (all []string) {
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		if text, ok := token.(xml.CharData); ok {
			all = append(all, string(text))
		}
	}
}
