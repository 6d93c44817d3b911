package nb

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Chart is a plot to which series are added. Each series takes the next
// colour of a palette that is told apart without seeing red or green, and its
// name, if it has one, stands in the legend. Slices of one call have one length.
type Chart struct {
	*plot.Plot
	series int
}

// New returns an empty chart. The title says what the chart shows, the labels
// of the axes have their units.
func New(title, x, y string) *Chart {
	c := &Chart{Plot: plot.New()}
	c.Title.Text, c.X.Label.Text, c.Y.Label.Text = title, x, y
	for _, f := range []*font.Font{
		&c.Title.TextStyle.Font, &c.X.Label.TextStyle.Font, &c.Y.Label.TextStyle.Font,
		&c.X.Tick.Label.Font, &c.Y.Tick.Label.Font, &c.Legend.TextStyle.Font,
	} {
		f.Variant, f.Size = "Sans", vg.Points(10)
	}
	c.Title.TextStyle.Font.Size = vg.Points(12)
	c.X.Tick.Marker, c.Y.Tick.Marker = steps{}, steps{}
	c.Title.Padding = vg.Points(8)
	c.X.Label.Padding, c.Y.Label.Padding = vg.Points(4), vg.Points(4)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{Y: 225}, color.Gray{Y: 225}
	c.Add(grid)
	c.Legend.Top, c.Legend.Left, c.Legend.Padding = true, true, vg.Points(2)
	c.Legend.ThumbnailWidth = vg.Points(20)
	return c
}

// palette is that of Okabe and Ito (2008).
var palette = []color.NRGBA{
	{R: 0, G: 114, B: 178, A: 255}, {R: 213, G: 94, B: 0, A: 255}, {R: 0, G: 158, B: 115, A: 255},
	{R: 204, G: 121, B: 167, A: 255}, {R: 86, G: 180, B: 233, A: 255}, {R: 230, G: 159, B: 0, A: 255},
}

func (c *Chart) next() color.NRGBA {
	c.series++
	return palette[(c.series-1)%len(palette)]
}

// Line adds a line through points.
func (c *Chart) Line(name string, xs, ys []float64) { c.line(name, xs, ys, plotter.NoStep) }

// Steps adds a line that keeps its height from each point to the next.
func (c *Chart) Steps(name string, xs, ys []float64) { c.line(name, xs, ys, plotter.PostStep) }

func (c *Chart) line(name string, xs, ys []float64, step plotter.StepKind) {
	line := Must(plotter.NewLine(points(xs, ys)))
	line.Color, line.Width, line.StepStyle = c.next(), vg.Points(1.6), step
	c.Add(line)
	c.legend(name, line)
}

// Dots adds a dot for each point.
func (c *Chart) Dots(name string, xs, ys []float64) {
	dots := Must(plotter.NewScatter(points(xs, ys)))
	dots.GlyphStyle = draw.GlyphStyle{Color: c.next(), Radius: vg.Points(2.6), Shape: draw.CircleGlyph{}}
	c.Add(dots)
	c.legend(name, dots)
}

// Guide adds a dashed grey line through points: a limit or a value to compare
// with.
func (c *Chart) Guide(name string, xs, ys []float64) {
	line := Must(plotter.NewLine(points(xs, ys)))
	line.Color, line.Width = color.Gray{Y: 90}, vg.Points(1.2)
	line.Dashes = []vg.Length{vg.Points(5), vg.Points(3)}
	c.Add(line)
	c.legend(name, line)
}

// Ranges adds a row for each label, the first at the top: a horizontal line
// from low to high, and a dot at mid.
func (c *Chart) Ranges(labels []string, low, mid, high []float64) {
	colour := c.next()
	rows := make([]float64, len(labels))
	for i := range labels {
		rows[i] = float64(len(labels) - 1 - i)
		line := Must(plotter.NewLine(points([]float64{low[i], high[i]}, []float64{rows[i], rows[i]})))
		line.Color, line.Width = colour, vg.Points(1.6)
		c.Add(line)
	}
	dots := Must(plotter.NewScatter(points(mid, rows)))
	dots.GlyphStyle = draw.GlyphStyle{Color: colour, Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}
	c.Add(dots)
	upwards := slices.Clone(labels)
	slices.Reverse(upwards)
	Categories(&c.Y, upwards...)
	c.Y.Min, c.Y.Max = -0.5, float64(len(labels))-0.5
}

// Bars adds a bar over each bin: counts[i] from dividers[i] to dividers[i+1].
func (c *Chart) Bars(name string, dividers, counts []float64) {
	colour := c.next()
	colour.A = 140
	bars := &plotter.Histogram{FillColor: colour, LineStyle: draw.LineStyle{Color: color.White, Width: vg.Points(0.5)}}
	for i, n := range counts {
		bars.Bins = append(bars.Bins, plotter.HistogramBin{Min: dividers[i], Max: dividers[i+1], Weight: n})
	}
	c.Add(bars)
	c.legend(name, bars)
}

func (c *Chart) legend(name string, thumbnail plot.Thumbnailer) {
	if name != "" {
		c.Legend.Add(name, thumbnail)
	}
}

func points(xs, ys []float64) plotter.XYs {
	all := make(plotter.XYs, len(xs))
	for i := range xs {
		all[i] = plotter.XY{X: xs[i], Y: ys[i]}
	}
	return all
}
