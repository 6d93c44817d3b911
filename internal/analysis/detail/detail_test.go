package detail_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/detail"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/policy"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/stats"
)

// What the details say is what their conversations say one by one.
func TestDetailAgainstPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{}).CSV(t, false)
		opts, _ := analysistest.DrawOptions(t)
		opts.Pairs, opts.Detail, opts.Levels = true, true, nil
		zone := rapid.SampledFrom([]string{"", "UTC", "Europe/Paris", "Asia/Kathmandu", "America/St_Johns"}).Draw(t,
			"zone")
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		opts.Zone = loc
		result, err := analysistest.Run(t, opts, files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		// Outside of the window too a conversation may follow another of its thread.
		opts.From, opts.To, opts.AsOf = time.Time{}, time.Time{}, result.AsOf
		whole, err := analysistest.Run(t, opts, files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		requireDetail(t, result, loc, opts.Policy, analysistest.Texts(t, whole.Pairs, "conversation_id"))
	})
}

// The same of many conversations, with times that are equal or at the edges of
// bins, and of more days than are shown.
func TestDetailOfMany(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	waits := []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second, 255 * time.Second, 2 * time.Hour,
		1500 * time.Millisecond}
	var text strings.Builder
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n")
	for i := range 6000 {
		opened := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(400*24*60)) * time.Minute)
		wait := waits[random.IntN(len(waits))]
		if random.IntN(3) == 0 {
			wait = time.Duration(random.IntN(200_000)) * time.Second
		}
		merchant := random.IntN(20)
		rest := fmt.Sprintf("1,2,%d,%d,%c%c\n", merchant, i, 'A'+random.IntN(9), 'A'+random.IntN(9))
		fmt.Fprintf(&text, "%s,1,%s", opened.Format(time.RFC3339Nano), rest)
		if random.IntN(10) > 0 {
			fmt.Fprintf(&text, "%s,2,%s", opened.Add(wait).Format(time.RFC3339Nano), rest)
		}
	}
	result, err := analysistest.Run(t, analysis.Options{Detail: true, Pairs: true, Zone: zone},
		files.Options{Stdin: strings.NewReader(text.String())})
	require.NoError(t, err)
	require.Positive(t, inside.Of(result).Detail.Earlier)
	require.Less(t, len(inside.Of(result).Detail.Curve), 600)
	requireDetail(t, result, zone, nil, nil)
}

func requireDetail(t require.TestingT, result *analysis.Result, zone *time.Location, p *policy.Policy,
	conversations []string) {
	d, pairs := inside.Of(result).Detail, result.Pairs
	require.Equal(t, zone.String(), d.Zone)
	times, answered, err := analysis.Waits(pairs)
	require.NoError(t, err)
	var answers []float64
	for i, is := range answered {
		if is {
			answers = append(answers, times[i])
		}
	}
	requireHistogram(t, d.Histogram, answers)
	requireCurve(t, d, times, answered, answers)
	requirePeriods(t, result, zone, p)
	requirePromised(t, result, zone, p, conversations)
	requireDue(t, result, times, answered, conversations)
	requireOldest(t, result, times, answered, conversations)
}

// The oldest unanswered conversations are the first 20 of all that wait: which no other
// of their thread follows. all are the conversations of any window.
func requireOldest(t require.TestingT, result *analysis.Result, times []float64, answered []bool, all []string) {
	opened, err := result.Pairs.Column("opened_at")
	require.NoError(t, err)
	conversations := analysistest.Texts(t, result.Pairs, "conversation_id")
	merchants := analysistest.Texts(t, result.Pairs, "merchant_id")
	countries := analysistest.Texts(t, result.Pairs, "country")
	var want []detail.Unanswered
	for i := range answered {
		if !answered[i] && !slices.Contains(all, next(conversations[i])) {
			want = append(want, detail.Unanswered{Conversation: conversations[i], Merchant: merchants[i],
				Country:  countries[i],
				OpenedAt: time.UnixMicro(opened.Int64s()[i]).UTC().Format(time.RFC3339Nano), Waited: times[i]})
		}
	}
	slices.SortStableFunc(want, func(a, b detail.Unanswered) int {
		return cmp.Or(-cmp.Compare(a.Waited, b.Waited), strings.Compare(a.Conversation, b.Conversation))
	})
	require.Equal(t, want[:min(len(want), 20)], inside.Of(result).Detail.Oldest)
}

// next returns what the conversation after this one of its thread is shown as.
func next(conversation string) string {
	if thread, k, ok := strings.Cut(conversation, "#"); ok {
		if n, err := strconv.Atoi(k); err == nil {
			return fmt.Sprintf("%s#%d", thread, n+1)
		}
	}
	return conversation + "#2"
}

func requireHistogram(t require.TestingT, h detail.Histogram, answers []float64) {
	if len(answers) == 0 {
		require.Equal(t, detail.Histogram{}, h)
		return
	}
	require.Equal(t, stats.LogEdges(slices.Max(answers), 2), h.Edges)
	bins, err := stats.Histogram(answers, h.Edges)
	require.NoError(t, err)
	for k, n := range bins {
		require.EqualValues(t, n, h.All[k])
	}
}

// A point of the curve is a step of the estimate, and no step that is left out is
// further from the next point than a column of a picture is wide.
func requireCurve(t require.TestingT, d *detail.Detail, times []float64, answered []bool, answers []float64) {
	whole, err := stats.KaplanMeier(times, answered)
	require.NoError(t, err)
	naive, err := stats.ECDF(answers)
	require.NoError(t, err)
	if len(times) == 0 {
		require.Nil(t, d.Longest)
	} else {
		require.InDelta(t, whole.Longest, *d.Longest, 1e-9)
	}
	require.Len(t, naive, len(whole.Steps))
	width := math.Log1p(whole.Longest) / 512
	next := 0
	for i, step := range whole.Steps {
		require.Less(t, next, len(d.Curve))
		p := d.Curve[next]
		require.LessOrEqual(t, math.Log1p(p.Time)-math.Log1p(step.Time), width+1e-9)
		if p.Time != step.Time {
			require.Less(t, step.Time, p.Time)
			continue
		}
		next++
		require.InDelta(t, 1-step.Survival, p.Answered, 1e-12)
		require.InDelta(t, naive[i].Share, p.Naive, 1e-12)
	}
	require.Len(t, d.Curve, next)
	requireMarks(t, d, whole)
}

// At each mark the curve has the estimate itself, whatever lies in the same column.
func requireMarks(t require.TestingT, d *detail.Detail, whole *stats.Survival) {
	require.NotEmpty(t, d.Marks)
	for _, mark := range d.Marks {
		want, got := 0.0, 0.0
		for _, step := range whole.Steps {
			if step.Time <= mark {
				want = 1 - step.Survival
			}
		}
		for _, p := range d.Curve {
			if p.Time <= mark {
				got = p.Answered
			}
		}
		require.InDelta(t, want, got, 1e-12, "within %v s", mark)
	}
}

// 50 answers after exactly an hour, 48 after a day, and one each soon after both.
func TestCurveAtItsMarks(t *testing.T) {
	var text strings.Builder
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id\n")
	opened := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	n := 0
	answers := func(count int, wait time.Duration) {
		for range count {
			n++
			fmt.Fprintf(&text, "%s,1,1,2,3,%d\n%s,2,1,2,3,%[2]d\n", opened.Format(time.RFC3339), n,
				opened.Add(wait).Format(time.RFC3339))
		}
	}
	answers(50, 3600*time.Second)
	answers(1, 3610*time.Second)
	answers(48, 86400*time.Second)
	answers(1, 86460*time.Second)
	answers(1, 40*24*time.Hour)
	within, err := analysis.ParseWithin("3605s,86401s")
	require.NoError(t, err)
	result, err := analysistest.Run(t, analysis.Options{Detail: true, Pairs: true, Within: within},
		files.Options{Stdin: strings.NewReader(text.String())})
	require.NoError(t, err)
	require.Subset(t, inside.Of(result).Detail.Marks, []float64{3600, 3605, 86400, 86401})
	requireDetail(t, result, time.UTC, nil, nil)
}

// A day, and an hour of the week, has the numbers of a report of its
// conversations alone.
func requirePeriods(t require.TestingT, result *analysis.Result, zone *time.Location, p *policy.Policy) {
	d, pairs := inside.Of(result).Detail, result.Pairs
	within, err := analysis.ParseWithin(d.Within)
	require.NoError(t, err)
	is, met := due(t, result, within[0].Duration().Seconds())
	opened, err := pairs.Column("opened_at")
	require.NoError(t, err)
	period := func(unit string, row int) string { // its first date
		at := time.UnixMicro(opened.Int64s()[row]).In(zone)
		switch unit {
		case "week":
			at = at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
		case "month":
			at = at.AddDate(0, 0, 1-at.Day())
		}
		return at.Format(time.DateOnly)
	}
	requireUnit(t, d.Every, pairs.Len(), period)
	last := ""
	for row := range pairs.Len() {
		last = max(last, period(d.Every, row))
	}
	first := ""
	if last != "" {
		date, err := time.Parse(time.DateOnly, last)
		require.NoError(t, err)
		switch n := detail.MaxDays - 1; d.Every {
		case "day":
			date = date.AddDate(0, 0, -n)
		case "week":
			date = date.AddDate(0, 0, -7*n)
		case "month":
			date = date.AddDate(0, -n, 0)
		}
		first = date.Format(time.DateOnly)
	}
	dates := make(map[string]bool)
	earlier := int64(0)
	for row := range pairs.Len() {
		if date := period(d.Every, row); date < first {
			earlier++
		} else {
			dates[date] = true
		}
	}
	require.Equal(t, earlier, d.Earlier)
	require.Len(t, d.Days, len(dates))
	for _, day := range d.Days {
		requirePeriod(t, day.Period, pairs, is, met, func(row int) bool { return period(d.Every, row) == day.Date })
	}
	hours := hoursOf(t, pairs, zone, p)
	for hour, p := range d.Hours {
		requirePeriod(t, p, pairs, is, met, func(row int) bool { return hours[row] == hour })
	}
}

// Periods are days, unless the one in the middle has fewer than 10 conversations and
// longer ones are still 4 at least.
func requireUnit(t require.TestingT, unit string, rows int, period func(unit string, row int) string) {
	if rows == 0 {
		require.Empty(t, unit)
		return
	}
	want := ""
	for _, try := range []string{"day", "week", "month"} {
		sizes := make(map[string]int)
		for row := range rows {
			sizes[period(try, row)]++
		}
		if want != "" && len(sizes) < 4 {
			break
		}
		want = try
		if sorted := slices.Sorted(maps.Values(sizes)); sorted[len(sorted)/2] >= 10 {
			break
		}
	}
	require.Equal(t, want, unit)
}

func requirePeriod(t require.TestingT, p detail.Period, pairs *frame.Frame, is, met []bool, of func(row int) bool) {
	rows := make([]bool, pairs.Len())
	for i := range rows {
		rows[i] = of(i)
	}
	part, err := pairs.Filter(frame.Bools("of", rows, nil))
	require.NoError(t, err)
	if part.Len() == 0 {
		require.Equal(t, detail.Period{}, p)
		return
	}
	report, err := analysis.Report(context.Background(), part, analysis.Options{Levels: []analysis.Level{analysis.All}})
	require.NoError(t, err)
	number := func(name string) *float64 {
		c, err := report.Column(name)
		require.NoError(t, err)
		if c.IsNull(0) {
			return nil
		}
		return &c.Float64s()[0]
	}
	answered, err := report.Column("answered")
	require.NoError(t, err)
	var counted detail.Due
	for row := range is {
		if is[row] && of(row) {
			counted.Due++
			if met[row] {
				counted.Met++
			}
		}
	}
	require.Equal(t, detail.Period{
		Conversations: int64(part.Len()), Answered: answered.Int64s()[0], KMP50: number("dt_km_p50_s"), Due: counted,
	}, p)
}

// due reports, for each pair, whether it was opened at least a time before as_of, by
// quarters of an hour, and answered or watched for longer, and if so whether it was
// answered within that time.
func due(t require.TestingT, result *analysis.Result, within float64) (is, met []bool) {
	times, answered, err := analysis.Waits(result.Pairs)
	require.NoError(t, err)
	opened, err := result.Pairs.Column("opened_at")
	require.NoError(t, err)
	for i, at := range opened.Int64s() {
		const quarter = 15 * time.Minute
		end := time.UnixMicro(at).Truncate(quarter).Add(quarter)
		old := !end.Add(time.Duration(within * 1e9)).After(result.AsOf)
		is = append(is, old && (answered[i] || times[i] > within))
		met = append(met, is[i] && answered[i] && times[i] <= within)
	}
	return is, met
}

// What is due of merchants and countries, and what waits, is counted conversation by
// conversation. all are the conversations of any window.
func requireDue(t require.TestingT, result *analysis.Result, times []float64, answered []bool, all []string) {
	d, pairs := inside.Of(result).Detail, result.Pairs
	within, err := analysis.ParseWithin(d.Within)
	require.NoError(t, err)
	is, met := due(t, result, within[0].Duration().Seconds())
	merchants, countries := analysistest.Texts(t, pairs, "merchant_id"), analysistest.Texts(t, pairs, "country")
	of := func(row func(i int) bool) (n detail.Due) {
		for i := range is {
			if is[i] && row(i) {
				n.Due++
				if met[i] {
					n.Met++
				}
			}
		}
		return n
	}
	merchantRows, err := result.Report.Filter(expr.Col("level").Eq("merchant"))
	require.NoError(t, err)
	if merchantRows.Len() > 0 {
		require.Equal(t, analysistest.Texts(t, merchantRows, "merchant_id"), d.Merchants.ID, "in the report's order")
	}
	for i, id := range d.Merchants.ID {
		require.Equal(t, of(func(row int) bool { return merchants[row] == id }), detail.Due{Due: d.Merchants.Due[i],
			Met: d.Merchants.Met[i]})
	}
	require.Equal(t, of(func(int) bool { return true }), d.All.Due)
	if pairs.Len() > 0 {
		requireSpread(t, result, d.All, times, answered, func(int) bool { return true }, merchants)
	}
	last := ""
	for _, c := range d.Countries {
		require.Less(t, last, c.Country)
		last = c.Country
		of := func(row int) bool { return countries[row] == c.Country }
		requireSpread(t, result, c.Spread, times, answered, of, merchants)
	}
	require.Len(t, d.Countries, len(slices.Compact(slices.Sorted(slices.Values(countries)))))

	pending, waiting := int64(0), [4]int64{}
	conversations := analysistest.Texts(t, pairs, "conversation_id")
	for i := range is {
		if answered[i] || slices.Contains(all, next(conversations[i])) {
			continue
		}
		if !is[i] {
			pending++
		}
		for age := len(waiting) - 1; ; age-- {
			if times[i] >= d.Waiting[age].From {
				waiting[age]++
				break
			}
		}
	}
	require.Equal(t, pending, d.Pending)
	for age, w := range d.Waiting {
		require.Equal(t, waiting[age], w.Conversations, "from %v s", w.From)
	}
}

// The spread of a country is that of its merchants' counts, and the interval of its median
// is where its curve passes the interval of the share there.
func requireSpread(t require.TestingT, result *analysis.Result, s detail.Spread, times []float64, answered []bool,
	of func(row int) bool, merchants []string) {
	var own []float64
	var ownAnswered []bool
	for i := range times {
		if of(i) {
			own, ownAnswered = append(own, times[i]), append(ownAnswered, answered[i])
		}
	}
	curve, err := stats.KaplanMeier(own, ownAnswered)
	require.NoError(t, err)
	share := func(within float64) stats.ClusterShare {
		is, met := due(t, result, within)
		counts := make(map[string]stats.Count)
		for i := range is {
			if is[i] && of(i) {
				c := counts[merchants[i]]
				c.N++
				if met[i] {
					c.K++
				}
				counts[merchants[i]] = c
			}
		}
		var all []stats.Count
		for _, id := range slices.Sorted(maps.Keys(counts)) {
			all = append(all, counts[id])
		}
		c, err := stats.NewClusterShare(all)
		require.NoError(t, err)
		return c
	}
	within, err := analysis.ParseWithin(inside.Of(result).Detail.Within)
	require.NoError(t, err)
	want, got := share(within[0].Duration().Seconds()), s.Share()
	require.Equal(t, want.All, got.All)
	require.Equal(t, want.Clusters, got.Clusters)
	requireNumber(t, want.StdErr, s.StdErr)
	median := curve.Quantile(0.5)
	requireNumber(t, median, s.KMP50)
	low, high := share(median).Interval(0.5)
	if math.IsNaN(median) {
		low, high = math.NaN(), math.NaN()
	}
	requireNumber(t, curve.Quantile(low), s.KMP50Low)
	requireNumber(t, curve.Quantile(high), s.KMP50High)
}

func requireNumber(t require.TestingT, want float64, got *float64) {
	if math.IsNaN(want) {
		require.Nil(t, got)
		return
	}
	require.NotNil(t, got, "%v", want)
	require.InDelta(t, want, *got, 1e-9*(1+want))
}

// Without asking there are no details, and without messages they are empty.
func TestDetailOfNothing(t *testing.T) {
	header := "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"
	result, err := analysistest.Run(t, analysis.Options{}, files.Options{Stdin: strings.NewReader(header)})
	require.NoError(t, err)
	require.Nil(t, inside.Of(result).Detail)
	result, err = analysistest.Run(t, analysis.Options{Detail: true}, files.Options{Stdin: strings.NewReader(header)})
	require.NoError(t, err)
	require.Equal(t, "UTC", inside.Of(result).Detail.Zone)
	require.Nil(t, inside.Of(result).Detail.Longest)
	require.Empty(t, inside.Of(result).Detail.Curve)
	require.Empty(t, inside.Of(result).Detail.Days)
	require.Empty(t, inside.Of(result).Detail.Merchants.ID)
}
