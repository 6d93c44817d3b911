package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/sink"
)

// volumeColumn is money: hundredths in a frame, two decimals in an answer.
const volumeColumn = "volume"

// printAnswer writes the answer of a question in a form that --format names.
func printAnswer(w io.Writer, answer *frame.Frame, format string) error {
	switch format {
	case "csv":
		return answerCSV(w, answer)
	case "json":
		return answerJSON(w, answer)
	}
	return answerTable(w, answer)
}

// answerCell returns a value as text, a null as none.
func answerCell(c frame.Column, row int) string {
	switch {
	case c.IsNull(row):
		return ""
	case c.Type() == frame.Text:
		return c.Dictionary()[c.Codes()[row]]
	case c.Type() == frame.Float64:
		return string(cells.AppendNumber(nil, c.Float64s()[row]))
	}
	if c.Name() == volumeColumn {
		return sales.FormatPrice(c.Int64s()[row])
	}
	return fmt.Sprint(c.Int64s()[row])
}

func answerCSV(w io.Writer, answer *frame.Frame) error {
	for _, c := range answer.Columns() {
		if c.Name() != volumeColumn {
			continue
		}
		texts := make([]string, c.Len())
		for row := range texts {
			texts[row] = answerCell(c, row)
		}
		var err error
		if answer, err = answer.WithColumns(frame.Texts(volumeColumn, texts, c.Valid())); err != nil {
			return err
		}
	}
	return sink.CSV(w, answer)
}

// answerJSON writes an array with an object on each line.
func answerJSON(w io.Writer, answer *frame.Frame) error {
	var b strings.Builder
	b.WriteByte('[')
	for row := range answer.Len() {
		if row > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n{")
		for i, c := range answer.Columns() {
			if i > 0 {
				b.WriteByte(',')
			}
			value := []byte(answerCell(c, row))
			if c.IsNull(row) {
				value = []byte("null")
			} else if c.Type() == frame.Text {
				var err error
				if value, err = json.Marshal(string(value)); err != nil {
					return err
				}
			}
			fmt.Fprintf(&b, "%q:%s", c.Name(), value)
		}
		b.WriteByte('}')
	}
	b.WriteString("\n]\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// answerTable aligns text to the left and numbers to the right.
func answerTable(w io.Writer, answer *frame.Frame) error {
	columns := answer.Columns()
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = len(c.Name())
		for row := range c.Len() {
			widths[i] = max(widths[i], utf8.RuneCountInString(printable(answerCell(c, row))))
		}
	}
	var b strings.Builder
	line := func(cell func(c frame.Column) string) {
		for i, c := range columns {
			width := widths[i]
			if c.Type() == frame.Text {
				width = -width
			}
			if i > 0 {
				b.WriteString("  ")
			}
			fmt.Fprintf(&b, "%*s", width, printable(cell(c)))
		}
		b.WriteByte('\n')
	}
	line(frame.Column.Name)
	for row := range answer.Len() {
		line(func(c frame.Column) string { return answerCell(c, row) })
	}
	_, err := io.WriteString(w, b.String())
	return err
}
