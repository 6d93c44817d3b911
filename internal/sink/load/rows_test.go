package load

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/sink/rundir"
)

func headerLine() string { return strings.Join(schema.Schema{}.Names(), ",") + "\n" }

// row returns a line of a report: a merchant's, with so many conversations.
func row(merchant, conversations string) string {
	var cells []string
	for _, c := range (schema.Schema{}).Columns() {
		switch {
		case c.Name == "level":
			cells = append(cells, "merchant")
		case c.Name == "merchant_id":
			cells = append(cells, merchant)
		case c.Kind == schema.Count:
			cells = append(cells, conversations)
		case c.Name == "dt_mean_s":
			cells = append(cells, "1800.5")
		default:
			cells = append(cells, "")
		}
	}
	return strings.Join(cells, ",") + "\n"
}

func TestRows(t *testing.T) {
	t.Parallel()
	s := subject{source: "shop", to: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), sha256: "abc"}
	r, err := newRows(strings.NewReader("\uFEFF"+headerLine()+row(`"'=1,""2"""`, "3")), s, reportColumns)
	require.NoError(t, err)
	require.Len(t, r.columns, len(schema.Schema{}.Names())+5)
	cells := r.next()
	got := make(map[string]string)
	for i, cell := range cells {
		got[r.columns[i].name] = string(cell)
	}
	require.Equal(t, `=1,"2"`, got["merchant_id"], "without the apostrophe")
	require.Equal(t, "3", got["conversations"])
	require.Equal(t, "1800.5", got["dt_mean_s"])
	require.Equal(t, "", got["country"])
	require.Equal(t, "shop", got["source"])
	require.Equal(t, "", got["window_from"])
	require.Equal(t, "2026-03-02T00:00:00Z", got["window_to"])
	require.Equal(t, "abc", got["report_sha256"])
	require.Nil(t, r.next())
	require.NoError(t, r.err)
}

// What is not a report, or one that was edited, is an error that says where.
func TestRowsRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":         {"", "without a header"},
		"another file":  {"a,b\n", "columns"},
		"a short row":   {headerLine() + "merchant,\n", "line 2: 2 cells instead of"},
		"no number":     {headerLine() + row("7", "many"), `line 2: conversations is "many", not a number`},
		"an open quote": {headerLine() + row("7", "1") + `"`, "line 3: a quote is never closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := newRows(strings.NewReader(c.text), subject{}, reportColumns)
			for err == nil && r.next() != nil {
			}
			if err == nil {
				err = r.err
			}
			require.ErrorIs(t, err, rundir.ErrResult)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestMissingOf(t *testing.T) {
	t.Parallel()
	columns := []column{{"a", text}, {"b_1", count}, {"c", number}}
	require.Empty(t, missingOf(columns, []string{"C", "x", "B_1", "a"}))
	require.Equal(t, "a, c", missingOf(columns, []string{"b_1"}))
}

func TestQuotes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"t":        {"`t`", `"t"`},
		"s.t":      {"`s`.`t`", `"s"."t"`},
		"a`\"; --": {"`a``\"; --`", "\"a`\"\"; --\""},
	} {
		require.Equal(t, want, [2]string{mysqlQuote(name), postgresQuote(name)})
	}
}

// COPY gets each cell as it is, and NULL for each that is empty, but the source.
func TestCopyReader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune("a,\"\r\n\\é"))), 0, 5).Draw(t, "texts")
		source := rapid.SampledFrom([]string{"", `s"`}).Draw(t, "source")
		file, want := "conversation_id\n", ""
		for _, text := range texts {
			cell := `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			file += cell + "\n"
			if text == "" {
				cell = ""
			}
			want += cell + `,"` + strings.ReplaceAll(source, `"`, `""`) + "\",,,,\"abc\"\n"
		}
		r, err := newRows(strings.NewReader(file), subject{source: source, sha256: "abc"}, pairsColumns)
		require.NoError(t, err)
		got, err := io.ReadAll(&copyReader{rows: r})
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	})
}
