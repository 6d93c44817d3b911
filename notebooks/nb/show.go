package nb

import (
	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"github.com/sav-analytics/sav/stats/chart"
)

// Show displays a chart below the cell, and its title where pictures cannot be seen.
func Show(c *chart.Chart) {
	gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{
		protocol.MIMEImageSVG:  Must(c.SVG(560, 320)),
		protocol.MIMETextPlain: "Figure: " + c.Title.Text,
	}})
	gonbui.Sync()
}
