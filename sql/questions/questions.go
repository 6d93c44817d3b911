// Package questions asks three questions on the users and sales of a marketplace:
// of a database, by the statements in the folder above, and of a frame, by package
// analysis/sales ([Question.Answer]). Both give the same answers.
//
//	conn, err := db.Conn(ctx) // MySQL or MariaDB
//	question, err := questions.Find("top_users")
//	answer, err := question.Ask(ctx, conn, time.Time{})
//
// In the flow
//
//	source → frame → analysis → sink
//
// it stands behind package sales and before the sinks: a database computes what
// that package would, and the answer is the same frame. The driver is the
// caller's.
package questions

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/frame"
	statements "github.com/sav-analytics/sav/sql"
)

// A Question has a statement without parameters but @today.
type Question struct {
	Name string // such as monthly_sales, the name of its file without .sql
	Text string // the statement, with the comments before it

	columns []column
	answer  func(table *frame.Frame, today time.Time) (*frame.Frame, error)
}

// all are the questions in the order in which they are listed: the one home of their
// names.
var all = []Question{
	{
		Name:    "monthly_sales",
		columns: []column{{"merchant_id", id}, {"month", text}, {"volume", money}},
		answer:  func(table *frame.Frame, _ time.Time) (*frame.Frame, error) { return sales.MonthlySales(table) },
	},
	{
		Name:    "top_users",
		columns: []column{{"month", text}, {"user_id", id}, {"volume", money}},
		answer:  func(table *frame.Frame, _ time.Time) (*frame.Frame, error) { return sales.TopUsers(table) },
	},
	{
		Name:    "attractive_products",
		columns: []column{{"product_id", id}, {"merchant_id", id}, {"units", integer}, {"units_per_day", number}},
		answer:  sales.AttractiveProducts,
	},
}

// All returns the questions.
func All() []Question {
	found := make([]Question, len(all))
	for i, q := range all {
		q.Text = read(q.Name + ".sql")
		found[i] = q
	}
	return found
}

// Find returns the question of that name. The error names those that there are.
func Find(name string) (Question, error) {
	var names []string
	for _, q := range All() {
		if q.Name == name {
			return q, nil
		}
		names = append(names, q.Name)
	}
	return Question{}, fmt.Errorf("no question %.80q: there are %s", name, strings.Join(names, ", "))
}

// Title returns what is asked: the first line of the text.
func (q Question) Title() string {
	line, _, _ := strings.Cut(q.Text, "\n")
	return strings.TrimPrefix(line, "-- ")
}

// Answer returns the answer from a frame of sales, as package sales describes it.
// Today counts for what is asked of the last months alone.
func (q Question) Answer(table *frame.Frame, today time.Time) (*frame.Frame, error) {
	if q.answer == nil || table == nil {
		return nil, fmt.Errorf("question %q: no question, or no frame of sales", q.Name)
	}
	return q.answer(table, today)
}

// Schema returns the statements that make the tables USERS and SALES with their
// keys and indexes.
func Schema() string { return read("schema.sql") }

// SampleSales returns a small made-up sample of table SALES, as CSV with a header.
func SampleSales() io.Reader { return strings.NewReader(read("sample/sales.csv")) }

// SampleUsers returns the sample of table USERS.
func SampleUsers() io.Reader { return strings.NewReader(read("sample/users.csv")) }

// SampleToday returns the day after the last sale of the sample: the date to ask for
// where the current one would find nothing.
func SampleToday() time.Time { return time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC) }

// read returns a file that is always there.
func read(name string) string {
	data, err := statements.Files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(data)
}
