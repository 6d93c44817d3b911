package csvfile_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/source/dialect"
)

// manyIDs are forms of ids, as one column has them.
var manyIDs = []*rapid.Generator[string]{
	rapid.StringMatching(`[1-9][0-9]{0,8}`),
	rapid.StringMatching(`[1-9][0-9]{8,18}`),
	rapid.StringMatching(`1[0-9]{18}`),
	rapid.StringMatching(`(9223372036854775|1844674407370955)[0-9]{3,4}`),
	rapid.StringMatching(`C-[1-9][0-9]{0,9}`),
	rapid.StringMatching(`(customer|merchant)_0{0,9}[0-9]{1,14}`),
	rapid.StringMatching(`[a-z:.]{1,2}[0-9]{1,3}`),
	rapid.StringMatching(`0{1,20}[0-9]{0,3}`),
	rapid.StringMatching(`-?[0-9]{1,3}`),
	rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`),
	rapid.StringMatching(`[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[0-9A-F]{4}-[0-9A-F]{12}`),
	rapid.StringMatching(`[0-9a-f]{24}`),
	rapid.StringMatching(`[0-9A-F]{32}`),
	rapid.StringMatching(`0123456789abcdef0{0,8}[0-9]{6,9}`),
	rapid.StringMatching(`shop[.:/][a-z]{1,8}`),
	rapid.StringMatching(`[0-9A-Za-z]{20,26}`),
}

// Columns whose ids have one form, but for the odd one, read as the rules say.
func TestColumnsOfIDs(t *testing.T) {
	t.Parallel()
	odd := rapid.OneOf(rapid.OneOf(manyIDs...), rapid.SampledFrom([]string{"", "1.0", "C-1.0", "null", "1e+5", " C-7",
		"C-7 ",
		"C-", "C-00000000", "C-000000000", "C-000000001", "5eed5eed-0000-4000-8000-00000000000",
		"5eed5eed-0000-4000-8000-0000000000001"}))
	rapid.Check(t, func(t *rapid.T) {
		var of [6]*rapid.Generator[string]
		for i := range of {
			of[i] = rapid.SampledFrom(manyIDs).Draw(t, "form")
		}
		quotes := rapid.SampledFrom([]string{"", "", `"`}).Draw(t, "quotes")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		text := strings.Builder{}
		text.WriteString("message_id,conversation_id,created_at,country,merchant_id,client_user_id,merchant_user_id,sender_user_id" + end)
		for second := range rapid.IntRange(1, 30).Draw(t, "rows") {
			id := func(column int) string {
				if rapid.IntRange(0, 40).Draw(t, "odd") == 0 {
					return odd.Draw(t, "id")
				}
				return of[column].Draw(t, "id")
			}
			users := []string{id(0), id(1)}
			row := []string{id(2), id(3), fmt.Sprintf("2026-03-01 10:00:%02d", second), "FR", id(4), users[0], users[1],
				users[rapid.IntRange(0, 1).Draw(t, "sender")]}
			text.WriteString(quotes + strings.Join(row, quotes+","+quotes) + quotes + end)
		}
		compareIn(t, naive.Dialect{}, dialect.Options{Delimiter: ','}, text.String(),
			rapid.IntRange(1, 500).Draw(t, "chunk"), rapid.IntRange(1, 3).Draw(t, "workers"))
	})
}
