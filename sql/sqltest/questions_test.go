package sqltest

import (
	"context"
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
	"github.com/sav-analytics/sav/sql/questions"
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
		rows = append(rows, fmt.Sprintf("(%d,%d,%d,%d,'%s',%s)", s.Transaction, s.Product, s.User, s.Merchant,
			s.At.Format(time.DateTime), price))
		users = append(users, s.User)
	}
	slices.Sort(users)
	for _, user := range slices.Compact(users) {
		exec(t, conn, fmt.Sprintf("INSERT INTO USERS VALUES (%d, 'user%[1]d@example.org', '2020-01-01', NULL, 0)",
			user))
	}
	if len(rows) > 0 {
		exec(t, conn, "INSERT INTO SALES VALUES "+strings.Join(rows, ","))
	}
}

// ask asks the question of a name.
func ask(t failer, conn *sql.Conn, name string, today time.Time) (*frame.Frame, error) {
	question, err := questions.Find(name)
	require.NoError(t, err)
	return question.Ask(context.Background(), conn, today)
}

// The servers, the frame and the naive answers agree.
func TestSameAnswers(t *testing.T) {
	onServers(t, func(t *testing.T, conn *sql.Conn) {
		rapid.Check(t, func(t *rapid.T) {
			drawn, today := salestest.Draw(t)
			fill(t, conn, drawn)
			table, err := salestest.Frame(drawn)
			require.NoError(t, err)
			naive := map[string][][]any{
				"monthly_sales": salestest.MonthlySales(drawn), "top_users": salestest.TopUsers(drawn),
				"attractive_products": salestest.AttractiveProducts(drawn, today),
			}
			for _, question := range questions.All() {
				asked, err := question.Ask(t.Context(), conn, today)
				require.NoError(t, err)
				computed, err := question.Answer(table, today)
				require.NoError(t, err)
				require.Equal(t, computed.String(), asked.String(), question.Name)
				require.Equal(t, naive[question.Name], salestest.Rows(asked), question.Name)
				require.Equal(t, computed.Names(), asked.Names(), question.Name)
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
			drawn = append(drawn, salestest.Sale{Transaction: int64(i), Product: 1, User: 2, Merchant: 3,
				At: today.Add(-36 * time.Hour)})
		}
		fill(t, conn, drawn)
		asked, err := ask(t, conn, "attractive_products", time.Time{})
		require.NoError(t, err)
		require.Equal(t, salestest.AttractiveProducts(drawn, today), salestest.Rows(asked))
		require.Equal(t, 1, asked.Len())

		// A day that was given is forgotten again.
		asked, err = ask(t, conn, "attractive_products", today.AddDate(-1, 0, 0))
		require.NoError(t, err)
		require.Zero(t, asked.Len())
		asked, err = ask(t, conn, "attractive_products", time.Time{})
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
			{"USERS", records(t, csv.NewReader(questions.SampleUsers()))},
			{"SALES", records(t, csv.NewReader(questions.SampleSales()))},
		} {
			var rows []string
			for _, record := range sample.records[1:] {
				row := strings.Join(record, "','")
				rows = append(rows, strings.ReplaceAll("('"+row+"')", "''", "NULL"))
			}
			exec(t, conn, fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", sample.table, strings.Join(sample.records[0],
				","), strings.Join(rows, ",")))
		}
		table, err := sales.ReadCSV(questions.SampleSales())
		require.NoError(t, err)
		today := time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC)
		for _, question := range questions.All() {
			want, err := question.Answer(table, today)
			require.NoError(t, err)
			got, err := question.Ask(t.Context(), conn, today)
			require.NoError(t, err)
			require.Equal(t, salestest.Rows(want), salestest.Rows(got), question.Name)
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
		_, err := ask(t, conn, "top_users", time.Time{})
		require.ErrorContains(t, err, "top_users")
	})
}

// What a session is set to changes no answer, and the session is left as it was.
func TestSessions(t *testing.T) {
	onServers(t, func(t *testing.T, conn *sql.Conn) {
		today := time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC)
		days := int(today.Sub(salestest.Months3Before(today)).Hours() / 24)
		var drawn []salestest.Sale
		add := func(n int, product, user int64, at time.Time) {
			for range n {
				drawn = append(drawn, salestest.Sale{Transaction: int64(len(drawn)), Product: product, User: user,
					Merchant: 3, At: at, Price: 100, Priced: true})
			}
		}
		add(10*days, 1, 1, today.Add(-time.Hour))
		add(10*days+1, 2, 2, today.Add(-time.Hour))
		add(10*days+50, 3, 3, today.AddDate(0, 0, -days))
		for user := range 11 {
			add(1, 4, int64(10+user), time.Date(2024, 4, 30, 23, 59, 59, 0, time.UTC))
		}
		fill(t, conn, drawn)
		table, err := salestest.Frame(drawn)
		require.NoError(t, err)
		for _, setting := range []string{
			"time_zone = '+00:00'", "time_zone = '+13:00'", "time_zone = '-12:00'", "div_precision_increment = 0",
			"div_precision_increment = 30",
			"sql_mode = ''", "sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'",
		} {
			exec(t, conn, "SET SESSION "+setting)
			var before, after string
			require.NoError(t, conn.QueryRowContext(t.Context(), "SELECT @@SESSION.time_zone").Scan(&before))
			for _, question := range questions.All() {
				asked, err := question.Ask(t.Context(), conn, today)
				require.NoError(t, err, setting)
				computed, err := question.Answer(table, today)
				require.NoError(t, err)
				require.Equal(t, computed.String(), asked.String(), "%s with %s", question.Name, setting)
				require.NotZero(t, asked.Len())
			}
			require.NoError(t, conn.QueryRowContext(t.Context(), "SELECT @@SESSION.time_zone").Scan(&after))
			require.Equal(t, before, after)
		}
	})
}

// Tables as others have them: prices with more decimals are ranked by what they are;
// ids may be text or unsigned; keys may be NULL, and a merchant that is not known
// may be another one.
func TestOtherTables(t *testing.T) {
	today := time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC)
	units := func(n int, row string) []string { return slices.Repeat([]string{row}, n) }
	for _, test := range []struct {
		name, question, ids, price string
		rows                       []string // product, user, merchant, day, price
		want                       [][]any
	}{
		{"prices of four decimals", "top_users", "BIGINT", "DECIMAL(12,4)",
			[]string{"1,1,1,'2024-05-01',0.0049", "1,2,1,'2024-05-01',0.0051", "1,3,1,'2024-05-01',0.0050"},
			[][]any{{"2024-05", int64(2), int64(1)}}},
		{"ids of text", "top_users", "VARCHAR(20)", "DECIMAL(12,2)",
			[]string{"1,'007','x','2024-05-01',1", "1,'b','x','2024-05-01',2", "1,'007','x','2024-05-01',3"},
			[][]any{{"2024-05", "007", int64(400)}}},
		{"unsigned ids", "monthly_sales", "BIGINT UNSIGNED", "DECIMAL(12,2)",
			[]string{"1,1,18446744073709551615,'2024-05-01',1", "1,1,7,'2024-05-01',NULL"},
			[][]any{{"7", "2024-05", int64(0)}, {"18446744073709551615", "2024-05", int64(100)}}},
		{"unsigned ids that fit", "monthly_sales", "BIGINT UNSIGNED", "DECIMAL(12,2)", []string{"1,1,7,'2024-05-01',1"},
			[][]any{{int64(7), "2024-05", int64(100)}}},
		{"a merchant that is not known", "monthly_sales", "BIGINT", "DECIMAL(12,2)",
			[]string{"1,1,7,'2024-05-01',1", "1,1,NULL,'2024-05-01',2"}, [][]any{{nil, "2024-05", int64(200)},
				{int64(7), "2024-05", int64(100)}}},
		{"a user that is not known", "top_users", "BIGINT", "DECIMAL(12,2)",
			[]string{"1,NULL,7,'2024-05-01',9", "1,1,7,'2024-05-01',2"}, [][]any{{"2024-05", int64(1), int64(200)}}},
		{"a merchant that is not known beside one", "attractive_products", "BIGINT", "DECIMAL(12,2)",
			append(units(1000, "1,1,7,'2024-05-01',1"), append(units(1000, "2,1,7,'2024-05-01',1"),
				"1,1,NULL,'2024-05-01',1")...),
			[][]any{{int64(2), int64(7), int64(1000), 10.8696}}},
		{"no merchant that is known", "attractive_products", "BIGINT", "DECIMAL(12,2)",
			units(1000, "1,1,NULL,'2024-05-01',1"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			onServers(t, func(t *testing.T, conn *sql.Conn) {
				exec(t, conn, "DROP TABLE SALES")
				exec(t, conn, "CREATE TABLE SALES (PRODUCT_ID "+test.ids+", USER_ID "+test.ids+", MERCHANT_ID "+
					test.ids+", DATE_SALES DATETIME, PRICE "+test.price+")")
				exec(t, conn, "INSERT INTO SALES VALUES ("+strings.Join(test.rows, "), (")+")")
				asked, err := ask(t, conn, test.question, today)
				require.NoError(t, err)
				require.Equal(t, test.want, salestest.Rows(asked))
			})
		})
	}
}
