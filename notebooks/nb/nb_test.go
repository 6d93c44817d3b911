package nb_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/notebooks/nb"
)

func ExamplePrint() {
	nb.Print(nb.Must(frame.New(
		frame.Texts("country", []string{"FR", "DE"}, nil),
		frame.Float64s("mean_s", []float64{1.0 / 3, 0}, frame.Valid(true, false)),
	)))
	// Output:
	// country   mean_s
	// text     float64
	// FR        0.3333
	// DE          null
	// 2 rows × 2 columns
}

func TestChartIsAWholeSVG(t *testing.T) {
	for _, c := range []struct {
		name string
		add  func(*nb.Chart)
	}{
		{"line and guide", func(c *nb.Chart) {
			c.Line("a line", []float64{0, 60, 7200}, []float64{1, 3, 2})
			c.Guide("a guide", []float64{0, 7200}, []float64{2, 2})
			nb.LogSeconds(&c.X)
		}},
		{"steps and dots", func(c *nb.Chart) {
			c.Steps("", []float64{1, 2}, []float64{0, 1})
			c.Dots("dots", []float64{1, 2}, []float64{0, 1})
			nb.Percent(&c.Y)
		}},
		{"bars", func(c *nb.Chart) { c.Bars("bars", []float64{0, 1, 3}, []float64{5, 2}) }},
		{"ranges", func(c *nb.Chart) {
			c.Ranges([]string{"FR", "DE"}, []float64{1, 2}, []float64{2, 3}, []float64{5, 4})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			chart := nb.New("what it <shows>", "the x axis", "the y axis")
			c.add(chart)
			svg := chart.SVG(300, 200)
			require.True(t, strings.HasPrefix(svg, "<svg"))
			texts := texts(t, svg)
			for _, want := range []string{"what it <shows>", "the x axis", "the y axis"} {
				require.Contains(t, texts, want)
			}
			require.NotContains(t, svg, "NaN")
			require.Equal(t, svg, chart.SVG(300, 200), "drawn again")
		})
	}
}

// The rows of Ranges stand in the order of their labels, from the top.
func TestRangesReadDownwards(t *testing.T) {
	c := nb.New("", "", "")
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
	c := nb.New("", "", "")
	require.Equal(t, []string{"0", "0.2", "0.4", "0.6", "0.8"}, labels(c.X, 0, 0.9))
	require.Equal(t, []string{"-50", "0", "50"}, labels(c.X, -77, 99))
	require.Equal(t, []string{"500", "1000", "1500", "2000", "2500"}, labels(c.X, 3, 2650))
	require.Empty(t, labels(c.X, 1, 1))
	nb.LogSeconds(&c.X)
	require.Equal(t, []string{"10 min", "1 h", "6 h"}, labels(c.X, 70, 40000))
	require.Zero(t, c.X.Scale.Normalize(0, math.E-1, 0))
	require.InDelta(t, 1, c.X.Scale.Normalize(0, math.E-1, math.E-1), 1e-15)
	nb.Categories(&c.X, "a", "b", "c")
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
