package nb

import (
	"math"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Show displays the chart below the cell, and its title where pictures cannot be
// seen.
func (c *Chart) Show() {
	gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
		protocol.MIMEImageSVG:  c.SVG(560, 320),
		protocol.MIMETextPlain: "Figure: " + c.Title.Text,
	}})
	gonbui.Sync()
}

// SVG draws the chart, of a size in points.
func (c *Chart) SVG(width, height float64) string {
	canvas := vgsvg.New(vg.Length(width), vg.Length(height))
	c.draw(draw.New(canvas))
	var b strings.Builder
	Must(canvas.WriteTo(&b))
	svg := b.String()
	return svg[strings.Index(svg, "<svg"):] // behind the XML declaration
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
