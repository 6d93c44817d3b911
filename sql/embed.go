// Package sql holds three questions on the users and sales of a marketplace as
// statements for MySQL 8 and MariaDB 10.11, each in a file of its own, and asks
// them of a database. Package analysis/sales answers the same questions on a
// frame; both give the same answers.
//
// In the flow
//
//	source → frame → analysis → sink
//
// it stands behind package sales and before the sinks: a database computes what
// that package would, and the answer is the same frame. The driver is the
// caller's.
package sql

import (
	"embed"
	"io"
	"strings"
	"time"
)

//go:embed *.sql sample/*.csv
var files embed.FS

// A Question is a statement without parameters but @today.
type Question struct {
	Name string // such as monthly_sales, the name of its file without .sql
	Text string // the statement, with the comments before it
}

// questions are the names and the columns of the answers.
var questions = []struct {
	name    string
	columns []column
}{
	{"monthly_sales", []column{{"merchant_id", integer}, {"month", text}, {"volume", money}}},
	{"top_users", []column{{"month", text}, {"user_id", integer}, {"volume", money}}},
	{"attractive_products", []column{{"product_id", integer}, {"merchant_id", integer}, {"units", integer}, {"units_per_day", number}}},
}

// Questions returns the questions in the order in which they are told.
func Questions() []Question {
	all := make([]Question, len(questions))
	for i, q := range questions {
		all[i] = Question{q.name, read(q.name + ".sql")}
	}
	return all
}

// Title returns what is asked: the first line of the text.
func (q Question) Title() string {
	line, _, _ := strings.Cut(q.Text, "\n")
	return strings.TrimPrefix(line, "-- ")
}

// Schema returns the statements that make the tables USERS and SALES with their
// keys and indexes.
func Schema() string { return read("schema.sql") }

// SampleSales and SampleUsers return a small made-up sample of the two tables,
// as CSV with a header.
func SampleSales() io.Reader { return strings.NewReader(read("sample/sales.csv")) }

// SampleUsers is described with [SampleSales].
func SampleUsers() io.Reader { return strings.NewReader(read("sample/users.csv")) }

// SampleToday is the day after the last sale of the sample: the date to ask for
// where the current one would find nothing.
func SampleToday() time.Time { return time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC) }

// read returns a file that is always there.
func read(name string) string {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(data)
}
