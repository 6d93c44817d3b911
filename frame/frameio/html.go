package frameio

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/internal/display"
)

// WriteHTML writes a frame as an HTML table, for notebooks and pages: the names with the types below them, numbers to
// the right, nulls in grey. Of the options Width does not apply. Errors are those of [Display]. O(rows shown) for each
// column.
func WriteHTML(w io.Writer, f *frame.Frame, o DisplayOptions) error {
	o, err := o.orDefaults(f)
	if err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	if w == nil {
		return errors.New("write HTML: no writer")
	}
	rows, cut := o.shown(f.Len())
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "<table class=\"frame\">\n<thead>\n<tr>")
	columns := f.Columns()
	styles := make([]string, len(columns))
	for k, c := range columns {
		styles[k] = ` style="text-align:left"`
		if toRight(c) {
			styles[k] = ` style="text-align:right"`
		}
		fmt.Fprintf(out, "<th%s>%s<br><small>%v</small></th>", styles[k], html.EscapeString(c.Name()), c.Type())
	}
	fmt.Fprint(out, "</tr>\n</thead>\n<tbody>\n")
	for k, i := range rows {
		if k == cut {
			fmt.Fprintf(out, "<tr><td colspan=\"%d\">%s</td></tr>\n", len(columns), display.Ellipsis)
		}
		fmt.Fprint(out, "<tr>")
		for k, c := range columns {
			if c.IsNull(i) {
				fmt.Fprintf(out, "<td%s><span style=\"color:#888\">null</span></td>", styles[k])
				continue
			}
			fmt.Fprintf(out, "<td%s>%s</td>", styles[k], html.EscapeString(o.cell(c, i)))
		}
		fmt.Fprint(out, "</tr>\n")
	}
	fmt.Fprintf(
		out, "</tbody>\n<caption style=\"caption-side:bottom;text-align:left\">%s</caption>\n</table>\n", size(f),
	)
	return out.Flush()
}
