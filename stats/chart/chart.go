package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Chart is a plot to which series are added. Each series takes the next
// colour of a palette that can be distinguished without seeing red or green, and its
// name, if it has one, stands in the legend. Slices of one call must have one
// length. What is wrong with a series comes to light in [Chart.SVG], the first
// error first. It is not for concurrent use.
type Chart struct {
	*plot.Plot
	series int
	err    error
}

// fail keeps the first error.
func (c *Chart) fail(what string, err error) {
	if c.err == nil {
		c.err = fmt.Errorf("chart: %s: %w", what, err)
	}
}

// equal reports whether the lengths are equal, and that they are not.
func (c *Chart) equal(what string, lengths ...int) bool {
	for _, n := range lengths[1:] {
		if n != lengths[0] {
			c.fail(what, fmt.Errorf("slices of lengths %d", lengths))
			return false
		}
	}
	return true
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

// stepped keeps the height of a line from each point to the next.
const stepped = plotter.PostStep

// Line adds a line through points.
func (c *Chart) Line(name string, xs, ys []float64) { c.line("line", name, xs, ys, plotter.NoStep) }

// Steps adds a line that keeps its height from each point to the next.
func (c *Chart) Steps(name string, xs, ys []float64) { c.line("steps", name, xs, ys, stepped) }

func (c *Chart) line(what, name string, xs, ys []float64, step plotter.StepKind) {
	colour := c.next()
	if !c.equal(what, len(xs), len(ys)) {
		return
	}
	if len(xs) == 0 {
		c.fail(what, errors.New("no points"))
		return
	}
	line, err := plotter.NewLine(points(xs, ys))
	if err != nil {
		c.fail(what, err)
		return
	}
	line.Color, line.Width, line.StepStyle = colour, vg.Points(1.6), step
	c.Add(line)
	c.legend(name, line)
}

// Band fills the room between two lines that keep their heights from each point
// to the next, in the colour of the next series: an interval around it.
func (c *Chart) Band(xs, low, high []float64) {
	if !c.equal("band", len(xs), len(low), len(high)) {
		return
	}
	colour := palette[c.series%len(palette)]
	colour.A = 50
	var edge, back plotter.XYs
	for i, x := range xs {
		if math.IsNaN(low[i]) || math.IsNaN(high[i]) {
			continue
		}
		if n := len(edge); n > 0 {
			edge = append(edge, plotter.XY{X: x, Y: edge[n-1].Y})
			back = append(back, plotter.XY{X: x, Y: back[n-1].Y})
		}
		edge, back = append(edge, plotter.XY{X: x, Y: low[i]}), append(back, plotter.XY{X: x, Y: high[i]})
	}
	if len(edge) < 2 {
		return
	}
	slices.Reverse(back)
	area, err := plotter.NewPolygon(append(edge, back...))
	if err != nil {
		c.fail("band", err)
		return
	}
	area.Color, area.LineStyle.Width = colour, 0
	c.Add(area)
}

// Dots adds a dot for each point.
func (c *Chart) Dots(name string, xs, ys []float64) {
	colour := c.next()
	if !c.equal("dots", len(xs), len(ys)) {
		return
	}
	dots, err := plotter.NewScatter(points(xs, ys))
	if err != nil {
		c.fail("dots", err)
		return
	}
	dots.GlyphStyle = draw.GlyphStyle{Color: colour, Radius: vg.Points(2.6), Shape: draw.CircleGlyph{}}
	c.Add(dots)
	c.legend(name, dots)
}

// Guide adds a dashed grey line through points: a limit or a value to compare
// with.
func (c *Chart) Guide(name string, xs, ys []float64) {
	if !c.equal("guide", len(xs), len(ys)) {
		return
	}
	line, err := plotter.NewLine(points(xs, ys))
	if err != nil {
		c.fail("guide", err)
		return
	}
	line.Color, line.Width = color.Gray{Y: 90}, vg.Points(1.2)
	line.Dashes = []vg.Length{vg.Points(5), vg.Points(3)}
	c.Add(line)
	c.legend(name, line)
}

// Ranges adds a row for each label, the first at the top: a horizontal line
// from low to high, and a dot at mid.
func (c *Chart) Ranges(labels []string, low, mid, high []float64) {
	colour := c.next()
	if !c.equal("ranges", len(labels), len(low), len(mid), len(high)) {
		return
	}
	rows := make([]float64, len(labels))
	for i := range labels {
		rows[i] = float64(len(labels) - 1 - i)
		line, err := plotter.NewLine(points([]float64{low[i], high[i]}, []float64{rows[i], rows[i]}))
		if err != nil {
			c.fail("ranges", err)
			return
		}
		line.Color, line.Width = colour, vg.Points(1.6)
		c.Add(line)
	}
	dots, err := plotter.NewScatter(points(mid, rows))
	if err != nil {
		c.fail("ranges", err)
		return
	}
	dots.GlyphStyle = draw.GlyphStyle{Color: colour, Radius: vg.Points(3.2), Shape: draw.CircleGlyph{}}
	c.Add(dots)
	upwards := slices.Clone(labels)
	slices.Reverse(upwards)
	Categories(&c.Y, upwards...)
	c.Y.Min, c.Y.Max = -0.5, float64(len(labels))-0.5
}

// Bars adds a bar over each bin: counts[i] from dividers[i] to dividers[i+1], of
// which there is one more.
func (c *Chart) Bars(name string, dividers, counts []float64) {
	colour := c.next()
	if len(dividers) != len(counts)+1 {
		c.fail("bars", errors.New("dividers must be one more than counts"))
		return
	}
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

// SVG returns the chart as SVG, of a size in points, or the first error of what
// was added to it.
func (c *Chart) SVG(width, height float64) (string, error) {
	if c.err != nil {
		return "", c.err
	}
	if !(width > 0 && height > 0 && width < 1e5 && height < 1e5) {
		return "", fmt.Errorf("chart: a size of %v × %v points", width, height)
	}
	canvas := vgsvg.New(vg.Length(width), vg.Length(height))
	c.draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	_, svg, _ := bytes.Cut(b.Bytes(), []byte("<svg")) // behind the XML declaration
	return "<svg" + string(svg), nil
}

// draw draws the plot with the labels of its axes in the middle of the canvas.
// The plot itself would put them at the middle value, which is far from the
// middle of a logarithmic axis, and make room for them there.
func (c *Chart) draw(canvas draw.Canvas) {
	canvas.SetColor(c.BackgroundColor)
	canvas.Fill(canvas.Rectangle.Path())

	const margin = 8 // points
	p := *c.Plot
	p.X.Label.Text, p.Y.Label.Text = "", ""
	x, y := c.X.Label.TextStyle, c.Y.Label.TextStyle
	bottom, left := x.Height(c.X.Label.Text)+vg.Points(margin), y.Height(c.Y.Label.Text)+vg.Points(margin)
	p.Draw(draw.Crop(canvas, left, -margin, bottom, 0))

	x.XAlign, x.YAlign = draw.XCenter, draw.YBottom
	canvas.FillText(x, vg.Point{X: canvas.Center().X, Y: canvas.Min.Y + 2}, c.X.Label.Text)
	y.XAlign, y.YAlign, y.Rotation = draw.XCenter, draw.YTop, math.Pi/2
	canvas.FillText(y, vg.Point{X: canvas.Min.X, Y: canvas.Center().Y}, c.Y.Label.Text)
}
