package sqltest

import (
	"database/sql"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis/sales"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/salestest"
	savsql "github.com/sav-analytics/sav/sql"
)

// fill replaces what the tables hold.
func fill(t failer, conn *sql.Conn, drawn []salestest.Sale) {
	exec(t, conn, "DELETE FROM SALES")
	exec(t, conn, "DELETE FROM USERS")
	var users []int64
	var rows []string
	for _, s := range drawn {
		price := "NULL"
		if s.Priced {
			price = sales.FormatPrice(s.Price)
		}
		rows = append(rows, fmt.Sprintf("(%d,%d,%d,%d,'%s',%s)", s.Transaction, s.Product, s.User, s.Merchant, s.At.Format(time.DateTime), price))
		users = append(users, s.User)
	}
	slices.Sort(users)
	for _, user := range slices.Compact(users) {
		exec(t, conn, fmt.Sprintf("INSERT INTO USERS VALUES (%d, 'user%[1]d@example.org', '2020-01-01', NULL, 0)", user))
	}
	if len(rows) > 0 {
		exec(t, conn, "INSERT INTO SALES VALUES "+strings.Join(rows, ","))
	}
}

// The servers, the frame and the naive answers agree.
func TestSameAnswers(t *testing.T) {
	onServers(t, func(t *testing.T, conn *sql.Conn) {
		rapid.Check(t, func(t *rapid.T) {
			drawn, today := salestest.Draw(t)
			fill(t, conn, drawn)
			table, err := salestest.Frame(drawn)
			require.NoError(t, err)
			for _, question := range []struct {
				name  string
				naive [][]any
				frame func() (*frame.Frame, error)
			}{
				{"monthly_sales", salestest.MonthlySales(drawn), func() (*frame.Frame, error) { return sales.MonthlySales(table) }},
				{"top_users", salestest.TopUsers(drawn), func() (*frame.Frame, error) { return sales.TopUsers(table) }},
				{"attractive_products", salestest.AttractiveProducts(drawn, today),
					func() (*frame.Frame, error) { return sales.AttractiveProducts(table, today) }},
			} {
				asked, err := savsql.Query(t.Context(), conn, question.name, today)
				require.NoError(t, err)
				computed, err := question.frame()
				require.NoError(t, err)
				require.Equal(t, computed.String(), asked.String(), question.name)
				require.Equal(t, question.naive, salestest.Rows(asked), question.name)
				require.Equal(t, computed.Names(), asked.Names(), question.name)
			}
		})
	})
}

// Without @today it is the server's current date that counts.
func TestCurrentDate(t *testing.T) {
	onServers(t, func(t *testing.T, conn *sql.Conn) {
		var date string
		require.NoError(t, conn.QueryRowContext(t.Context(), "SELECT CAST(CURDATE() AS CHAR)").Scan(&date))
		today, err := time.Parse(time.DateOnly, date)
		require.NoError(t, err)
		days := int(today.Sub(salestest.Months3Before(today)).Hours() / 24)
		var drawn []salestest.Sale
		for i := range 10*days + 1 {
			drawn = append(drawn, salestest.Sale{Transaction: int64(i), Product: 1, User: 2, Merchant: 3, At: today.Add(-36 * time.Hour)})
		}
		fill(t, conn, drawn)
		asked, err := savsql.Query(t.Context(), conn, "attractive_products", time.Time{})
		require.NoError(t, err)
		require.Equal(t, salestest.AttractiveProducts(drawn, today), salestest.Rows(asked))
		require.Equal(t, 1, asked.Len())

		// A day that was given is forgotten again.
		asked, err = savsql.Query(t.Context(), conn, "attractive_products", today.AddDate(-1, 0, 0))
		require.NoError(t, err)
		require.Zero(t, asked.Len())
		asked, err = savsql.Query(t.Context(), conn, "attractive_products", time.Time{})
		require.NoError(t, err)
		require.Equal(t, 1, asked.Len())
	})
}

// The sample fits the schema, users included, and gives the same answers.
func TestSample(t *testing.T) {
	onServers(t, func(t *testing.T, conn *sql.Conn) {
		for _, sample := range []struct {
			table   string
			records [][]string
		}{
			{"USERS", records(t, csv.NewReader(savsql.SampleUsers()))},
			{"SALES", records(t, csv.NewReader(savsql.SampleSales()))},
		} {
			var rows []string
			for _, record := range sample.records[1:] {
				row := strings.Join(record, "','")
				rows = append(rows, strings.ReplaceAll("('"+row+"')", "''", "NULL"))
			}
			exec(t, conn, fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", sample.table, strings.Join(sample.records[0], ","), strings.Join(rows, ",")))
		}
		table, err := sales.ReadCSV(savsql.SampleSales())
		require.NoError(t, err)
		today := time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC)
		attractive, err := sales.AttractiveProducts(table, today)
		require.NoError(t, err)
		monthly, err := sales.MonthlySales(table)
		require.NoError(t, err)
		top, err := sales.TopUsers(table)
		require.NoError(t, err)
		for name, want := range map[string]*frame.Frame{"attractive_products": attractive, "monthly_sales": monthly, "top_users": top} {
			got, err := savsql.Query(t.Context(), conn, name, today)
			require.NoError(t, err)
			require.Equal(t, salestest.Rows(want), salestest.Rows(got), name)
			require.NotZero(t, got.Len())
		}
	})
}

func records(t *testing.T, r *csv.Reader) [][]string {
	all, err := r.ReadAll()
	require.NoError(t, err)
	return all
}

// What a server refuses is an error that names the question.
func TestRefused(t *testing.T) {
	onServers(t, func(t *testing.T, conn *sql.Conn) {
		exec(t, conn, "DROP TABLE SALES")
		_, err := savsql.Query(t.Context(), conn, "top_users", time.Time{})
		require.ErrorContains(t, err, "top_users")
		_, err = savsql.Query(t.Context(), conn, "bottom_users", time.Time{})
		require.ErrorIs(t, err, savsql.ErrNoQuestion)
	})
}
