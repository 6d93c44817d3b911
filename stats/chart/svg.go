package chart

import (
	"bytes"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

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
