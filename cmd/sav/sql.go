package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/cells"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/sql/questions"
)

type sqlCmd struct {
	List sqlListCmd `cmd:"" help:"List the questions."`
	Show sqlShowCmd `cmd:"" help:"Print a question's statement, or the schema's."`
	Run  sqlRunCmd  `cmd:"" help:"Answer a question, from a database or from a sample."`
}

type sqlListCmd struct{}

func (sqlListCmd) Run(e *env) error {
	var names []string
	for _, q := range questions.All() {
		fmt.Fprintf(e.stdout, "%-20s %s\n", q.Name, q.Title())
		names = append(names, q.Name)
	}
	return printLine(e.stdout, struct {
		Status    int      `json:"status"`
		Questions []string `json:"questions"`
	}{statusDone, names})
}

type sqlShowCmd struct {
	Name string `arg:"" help:"A question of sav sql list, or schema."`
}

func (c sqlShowCmd) Run(e *env) error {
	text := questions.Schema()
	if c.Name != "schema" {
		q, err := question(c.Name)
		if err != nil {
			return err
		}
		text = q.Text
	}
	_, err := io.WriteString(e.stdout, text)
	return err
}

func question(name string) (questions.Question, error) {
	q, err := questions.Find(name)
	if err != nil {
		return q, usage("%w", err)
	}
	return q, nil
}

type sqlRunCmd struct {
	Name         string `arg:"" help:"A question of sav sql list."`
	DSN          string `name:"dsn" env:"SAV_SQL_DSN" placeholder:"DSN" help:"Ask the database mysql://user@host:port/database, which has the tables of sav sql show schema. Without it, a small sample is asked. The password is read from SAV_DSN_PASSWORD or --dsn-password-file."`
	PasswordFile string `name:"dsn-password-file" placeholder:"FILE" help:"File with the password; instead of SAV_DSN_PASSWORD."`
	Today        string `env:"SAV_SQL_TODAY" placeholder:"DATE" help:"The day that counts as today, YYYY-MM-DD (default: the server's; of the sample, the day after its last sale)."`
	Format       string `enum:"table,csv,json" default:"table" env:"SAV_SQL_FORMAT" help:"Form of the answer: ${enum}."`
}

func (c sqlRunCmd) Run(e *env) error {
	q, err := question(c.Name)
	if err != nil {
		return err
	}
	var today time.Time
	if c.Today != "" {
		if today, err = time.Parse(time.DateOnly, c.Today); err != nil {
			return usage("--today is %q, not a date such as 2024-05-31", c.Today)
		}
	}
	summary := sqlSummary{Question: c.Name, Source: "sample"}
	var answer *frame.Frame
	if c.DSN != "" {
		answer, summary.Source, err = askDatabase(e.ctx, c, q, today)
	} else {
		if today.IsZero() {
			today = questions.SampleToday()
		}
		answer, err = askSample(q, today)
	}
	if err != nil {
		return err
	}
	if !today.IsZero() {
		summary.Today = today.Format(time.DateOnly)
	}
	summary.Rows = answer.Len()
	to := e.stderr
	if c.Format == "table" {
		to = e.stdout
	}
	if err := printAnswer(e.stdout, answer, c.Format); err != nil {
		return err
	}
	return printLine(to, summary)
}

// A sqlSummary is the last line of "sav sql run".
type sqlSummary struct {
	Status   int    `json:"status"`
	Question string `json:"question"`
	Source   string `json:"source"`          // the database, or sample
	Today    string `json:"today,omitempty"` // absent: the server's
	Rows     int    `json:"rows"`
}

func askSample(q questions.Question, today time.Time) (*frame.Frame, error) {
	table, err := sales.ReadCSV(questions.SampleSales())
	if err != nil {
		return nil, err
	}
	return q.Answer(table, today)
}

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
