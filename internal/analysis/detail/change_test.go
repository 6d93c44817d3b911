package detail_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/stats"
)

// conversationsPerDay makes messages of some days, of merchants that answer all, in an hour
// but for the last merchant, which from a day on takes two days; and one message long after.
func conversationsPerDay(days, perDay, merchants, worseFrom int) string {
	var text strings.Builder
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n")
	random := rand.New(rand.NewPCG(3, 4))
	first := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC) // a Wednesday
	n := 0
	for day := range days {
		for i := range perDay {
			n++
			merchant := i % merchants
			opened := first.AddDate(0, 0, day).Add(time.Duration(random.IntN(24*60)) * time.Minute)
			wait := time.Duration(30+random.IntN(60)) * time.Minute
			if merchant == merchants-1 && day >= worseFrom {
				wait = 48 * time.Hour
			}
			row := fmt.Sprintf("1,2,%d,%d,%s\n", merchant, n, []string{"DE", "FR"}[merchant%2])
			fmt.Fprintf(&text, "%s,1,%s%s,2,%s", opened.Format(time.RFC3339), row,
				opened.Add(wait).Format(time.RFC3339), row)
		}
	}
	fmt.Fprintf(&text, "%s,2,1,2,0,last,FR\n", first.AddDate(0, 0, days+30).Format(time.RFC3339))
	return text.String()
}

// The last two periods that had their time are compared, conversation by conversation, and
// the merchant that changed is found.
func TestChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		days             int
		asOf             string
		every            analysis.Every
		before, from, to string // empty: nothing is compared
	}{
		{"weeks of seven days", 20, "", analysis.Never, "2026-03-10", "2026-03-17", "2026-03-23"},
		{"four weeks each", 60, "", analysis.Never, "2026-03-08", "2026-04-05", "2026-05-02"},
		{"too short", 13, "", analysis.Never, "", "", ""},
		{"days", 20, "", analysis.Daily, "2026-03-22", "2026-03-23", "2026-03-23"},
		{"whole weeks", 20, "", analysis.Weekly, "2026-03-09", "2026-03-16", "2026-03-22"},
		{"whole months", 70, "", analysis.Monthly, "2026-03-01", "2026-04-01", "2026-04-30"},
		{"one month", 20, "", analysis.Monthly, "", "", ""},
		{"not the day that can still be answered in time", 20, "2026-03-23T12:00:00Z", analysis.Never,
			"2026-03-08", "2026-03-15", "2026-03-21"},
		{"nothing is due", 20, "2026-03-05T00:00:00Z", analysis.Daily, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			opts := analysis.Options{Detail: true, Pairs: true, Every: c.every}
			if c.asOf != "" {
				at, err := time.Parse(time.RFC3339, c.asOf)
				require.NoError(t, err)
				opts.AsOf = at
			}
			worse := 1000
			if c.from != "" {
				from, err := time.Parse(time.DateOnly, c.from)
				require.NoError(t, err)
				worse = int(from.Sub(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)).Hours() / 24)
			}
			text := strings.NewReader(conversationsPerDay(c.days, 40, 4, worse))
			result, err := analysistest.Run(t, opts, files.Options{Stdin: text})
			require.NoError(t, err)
			got := inside.Of(result).Detail.Change
			if c.from == "" {
				require.Nil(t, got)
				return
			}
			require.Equal(t, []string{c.before, c.from, c.to}, []string{got.Before, got.From, got.To})
			requireChange(t, result)
			require.EqualValues(t, 4, got.Compared)
			require.EqualValues(t, 1, got.Merchants)
			require.Equal(t, "3", got.Surely[0].Merchant)
			require.Less(t, got.Surely[0].Share.High, 0.0)
			require.Greater(t, got.Surely[0].Wait.Low, 0.0)
			require.Len(t, got.Countries, 2)
		})
	}
}

// requireChange compares with sums over the pairs.
func requireChange(t *testing.T, result *analysis.Result) {
	c, pairs := inside.Of(result).Detail.Change, result.Pairs
	within, err := analysis.ParseWithin(inside.Of(result).Detail.Within)
	require.NoError(t, err)
	limit := within[0].Duration().Seconds()
	is, met := due(t, result, limit)
	times, _, err := analysis.Waits(pairs)
	require.NoError(t, err)
	opened, err := pairs.Column("opened_at")
	require.NoError(t, err)
	merchants, countries := analysistest.Texts(t, pairs, "merchant_id"), analysistest.Texts(t, pairs, "country")
	shift := func(of func(row int) bool) detail.Shift {
		ids := []string{"0", "1", "2", "3"}
		var counts [2][]stats.Count
		var sums [2][]stats.Sums
		for i := range counts {
			counts[i], sums[i] = make([]stats.Count, len(ids)), make([]stats.Sums, len(ids))
		}
		for row := range pairs.Len() {
			date := time.UnixMicro(opened.Int64s()[row]).UTC().Format(time.DateOnly)
			if !of(row) || date < c.Before || date > c.To || !is[row] {
				continue
			}
			now := 0
			if date >= c.From {
				now = 1
			}
			merchant := int(merchants[row][0] - '0')
			counts[now][merchant].N++
			wait := limit
			if met[row] {
				counts[now][merchant].K++
				wait = times[row]
			}
			sums[now][merchant].Add(wait)
		}
		var s detail.Shift
		var all [2]stats.Sums
		for i, due := range []*detail.Due{&s.Before, &s.Now} {
			for m, count := range counts[i] {
				due.Due, due.Met = due.Due+int64(count.N), due.Met+int64(count.K)
				all[i].N, all[i].Sum = all[i].N+sums[i][m].N, all[i].Sum+sums[i][m].Sum
			}
		}
		before, _ := all[0].Mean()
		now, _ := all[1].Mean()
		s.WaitBefore, s.WaitNow = &before, &now
		share, wait := stats.ClusterShareDifference(counts[1], counts[0]), stats.ClusterMeanDifference(sums[1], sums[0])
		s.Share = &detail.Difference{Value: share.Value, Low: share.Low, High: share.High}
		s.Wait = &detail.Difference{Value: wait.Value, Low: wait.Low, High: wait.High}
		return s
	}
	require.Equal(t, rounded(shift(func(int) bool { return true })), rounded(c.All))
	for _, country := range c.Countries {
		require.Equal(t, rounded(shift(func(row int) bool { return countries[row] == country.Country })),
			rounded(country.Shift))
	}
	for _, m := range c.Surely {
		require.Equal(t, rounded(shift(func(row int) bool { return merchants[row] == m.Merchant })), rounded(m.Shift))
	}
}

// rounded writes a shift without the last digits of its sums.
func rounded(s detail.Shift) string {
	return fmt.Sprintf("%+v %+v %.6f %.6f %.6f %.6f", s.Before, s.Now, *s.Share, *s.Wait, *s.WaitBefore, *s.WaitNow)
}

// Where a day has too few conversations, periods are longer.
func TestPeriodsOfFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		days, perDay int
		every        analysis.Every
		want, first  string
	}{
		{"enough", 30, 12, analysis.Never, "day", "2026-03-04"},
		{"too few", 30, 4, analysis.Never, "week", "2026-03-02"},
		{"far too few", 120, 1, analysis.Never, "month", "2026-03-01"},
		{"too few days for weeks", 14, 4, analysis.Never, "day", "2026-03-04"},
		{"asked for", 30, 12, analysis.Weekly, "week", "2026-03-02"},
		{"asked for days of too few", 30, 4, analysis.Daily, "week", "2026-03-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := conversationsPerDay(c.days, c.perDay, 3, 1000)
			result, err := analysistest.Run(t, analysis.Options{Detail: true, Every: c.every},
				files.Options{Stdin: strings.NewReader(text)})
			require.NoError(t, err)
			require.Equal(t, c.want, inside.Of(result).Detail.Every)
			require.Equal(t, c.first, inside.Of(result).Detail.Days[0].Date)
			total := int64(0)
			for _, day := range inside.Of(result).Detail.Days {
				total += day.Conversations
			}
			require.EqualValues(t, c.days*c.perDay, total)
		})
	}
}
