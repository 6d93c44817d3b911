package generate_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/generate"
)

// The shares that the package comment promises, each with what 100,000 rows may
// be off by.
func TestShares(t *testing.T) {
	opts := generate.Options{Messages: 100_000, Seed: 1, Notes: true}
	data, stats := write(t, opts)
	records := parse(t, data)
	require.Equal(t, recount(data, records), stats)

	merchants, countries := make(map[string]int), make(map[string]int)
	groups, homes := make(map[string]bool), make(map[string]string)
	system, night, weekend, opened := 0, 0, 0, 0
	for _, r := range records {
		groups[r.column["country"]+" "+r.column["merchant_id"]] = true
		if r.public() && r.column["sender_user_id"] == "" {
			system++
		}
		client := r.column["client_user_id"]
		if home, ok := homes[client]; ok {
			require.Equal(t, home, r.column["country"], "a client lives in one country")
		}
		homes[client] = r.column["country"]
	}
	merchantFirst, repeated := 0, 0
	for _, messages := range conversations(records) {
		first := messages[0]
		merchants[first.column["merchant_id"]]++
		countries[first.column["country"]]++
		if first.speaker() == 'm' {
			merchantFirst++
			continue
		}
		if len(messages) > 1 && messages[1].speaker() == 'c' {
			repeated++
		}
		opened++
		if h := first.at.Hour(); h >= 22 || h < 6 {
			night++
		}
		if d := first.at.Weekday(); d == 0 || d == 6 {
			weekend++
		}
	}
	all := float64(stats.Conversations + stats.MerchantOnly)
	rows := float64(stats.Rows)
	for _, share := range []struct {
		name           string
		want, off, got float64
	}{
		{"rows a conversation", 4, 0.15, rows / all},
		{"conversations a merchant", 64, 3, all / float64(len(merchants))},
		{"countries", 30, 0, float64(len(countries))},
		{"countries a merchant", 3.4, 0.3, float64(len(groups)) / float64(len(merchants))},
		{"conversations a client", 3.5, 0.2, all / float64(len(homes))},
		{"largest merchant", largestShare(len(merchants)), 0.002, float64(largest(merchants)) / all},
		{"largest country", 0.25, 0.1, float64(largest(countries)) / all},
		{"merchant first", 0.06, 0.005, float64(merchantFirst) / all},
		{"merchant only", 0.015, 0.002, float64(stats.MerchantOnly) / all},
		{"unanswered", 0.075, 0.02, float64(stats.Unanswered) / float64(stats.Conversations)},
		{"client writes twice first", 0.3, 0.03, float64(repeated) / float64(opened)},
		{"opened at night", 0.06, 0.01, float64(night) / float64(opened)},
		{"opened at a weekend", 0.2, 0.02, float64(weekend) / float64(opened)},
		{"staff", 0.045, 0.005, float64(stats.OtherSender) / rows},
		{"system, of staff", 0.25, 0.03, float64(system) / float64(stats.OtherSender)},
		{"late", 0.01, 0.001, float64(stats.Late) / rows},
		{"duplicates", 0.0047, 0.0005, float64(stats.Duplicates) / rows},
		{"notes", 0.03, 0.004, float64(stats.Private) / rows},
	} {
		t.Logf("%-26s %.4f", share.name, share.got)
		require.InDelta(t, share.want, share.got, share.off, share.name)
	}
	first, last := records[0].at, stats.AsOf
	require.Equal(t, "2026-03-01", first.Format("2006-01-02"))
	require.InDelta(t, 90, last.Sub(first).Hours()/24, 5, "days")
}

// largestShare is the share of the first of n merchants, the k-th being as large
// as 1/(k+10).
func largestShare(n int) float64 {
	sum := 0.0
	for k := 1; k <= n; k++ {
		sum += 1 / float64(k+10)
	}
	return 1 / 11. / sum
}

// largest is the largest of some counts.
func largest(counts map[string]int) (n int) {
	for _, c := range counts {
		n = max(n, c)
	}
	return n
}

func TestResponseTimes(t *testing.T) {
	data, _ := write(t, generate.Options{Messages: 100_000, Seed: 1})
	byMerchant := make(map[string][]float64)
	immediate := 0
	for _, messages := range conversations(parse(t, data)) {
		for i := range messages[1:] {
			if messages[i].speaker() == 'c' && messages[i+1].speaker() == 'm' && i == 0 {
				dt := messages[i+1].at.Sub(messages[i].at).Seconds()
				id := messages[0].column["merchant_id"]
				byMerchant[id] = append(byMerchant[id], dt)
				if dt == 0 {
					immediate++
				}
			}
		}
	}
	require.Positive(t, immediate, "replies within the second")
	var medians []float64
	automatic := 0
	for _, times := range byMerchant {
		slices.Sort(times)
		if times[len(times)-1] < 4 {
			automatic++
			continue
		}
		medians = append(medians, times[len(times)/2])
	}
	slices.Sort(medians)
	n := len(medians)
	t.Logf("merchants' medians: p10 %.0f, p50 %.0f, p90 %.0f s; automatic %d of %d",
		medians[n/10], medians[n/2], medians[n*9/10], automatic, len(byMerchant))
	require.InDelta(t, 0.03, float64(automatic)/float64(len(byMerchant)), 0.02)
	require.Greater(t, medians[n*9/10], 8*medians[n/10], "merchants differ")
}

func TestBody(t *testing.T) {
	for _, mean := range []int{20, 70, 300, 3000} {
		data, stats := write(t, generate.Options{Messages: 4000, Seed: 2, Body: mean})
		plain, _ := write(t, generate.Options{Messages: 4000, Seed: 2})
		commas := len(",body") + 4000
		size := float64(int(stats.Bytes)-len(plain)-commas) / 4000
		require.InEpsilon(t, mean, size, 0.1, "bytes on average, with quotes")

		var all strings.Builder
		bodies := make(map[string]string)
		for _, r := range parse(t, data) {
			body := r.column["body"]
			if was, ok := bodies[r.column["message_id"]]; ok {
				require.Equal(t, was, body, "a row that comes twice is the same twice")
			}
			bodies[r.column["message_id"]] = body
			require.True(t, utf8.ValidString(body))
			require.Equal(t, strings.TrimRight(body, " \n"), body)
			all.WriteString(body)
		}
		for _, piece := range []string{",", `"`, "\n", "é", "ü", "ó"} {
			require.True(t, strings.Contains(all.String(), piece), "%q in %d bytes of text", piece, all.Len())
		}
	}
}
