package pagetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/sink"
	savpage "github.com/sav-analytics/sav/sink/page"
	"github.com/sav-analytics/sav/source/csvfile"
)

// sample is the page of the sample, as a test of package page holds it.
const sample = "../testdata/sample.html"

const (
	visible = `Array.from(document.querySelectorAll("#merchants tbody tr")).filter((r) => r.offsetParent !== null)`
	ids     = visible + `.map((r) => r.cells[0].title)`
)

// values are those that a column of the table is sorted by.
func values(column int) string {
	return fmt.Sprintf(`%s.map((r) => r.cells[%d].dataset.v === "" ? null : Number(r.cells[%d].dataset.v))`, visible, column, column)
}

func press(column int) chromedp.Action {
	return chromedp.Click(fmt.Sprintf("#merchants th:nth-child(%d) button", column+1), chromedp.ByQuery)
}

func TestSort(t *testing.T) {
	b := open(t, sample)
	all := eval[[]string](b, ids)
	require.Len(t, all, 78)
	sorted := func(column int) (up, down bool) {
		v := eval[[]*float64](b, values(column))
		require.Len(t, v, len(all))
		known := slices.DeleteFunc(slices.Clone(v), func(x *float64) bool { return x == nil })
		for _, x := range v[:len(known)] {
			require.NotNil(t, x, "empty cells come last")
		}
		less := func(a, b *float64) int {
			if *a < *b {
				return -1
			}
			if *a > *b {
				return 1
			}
			return 0
		}
		more := func(a, b *float64) int { return less(b, a) }
		return slices.IsSortedFunc(known, less), slices.IsSortedFunc(known, more)
	}
	_, down := sorted(1)
	require.True(t, down, "at first by conversations")
	for column := range 7 {
		before := eval[string](b, fmt.Sprintf(`document.querySelectorAll("#merchants th[scope=col]")[%d].getAttribute("aria-sort")`, column))
		for range 2 {
			b.run(press(column))
			order := eval[string](b, fmt.Sprintf(`document.querySelectorAll("#merchants th[scope=col]")[%d].getAttribute("aria-sort")`, column))
			require.NotEqual(t, before, order)
			up, down := sorted(column)
			require.True(t, order == "ascending" && up || order == "descending" && down, "column %d, %s", column, order)
			require.Equal(t, 1, eval[int](b, `document.querySelectorAll("#merchants [aria-sort=ascending], #merchants [aria-sort=descending]").length`))
			before = order
		}
	}
	got := eval[[]string](b, ids)
	require.ElementsMatch(t, all, got, "no merchant is lost")
}

func TestFilter(t *testing.T) {
	b := open(t, sample)
	all := eval[[]string](b, ids)
	b.run(chromedp.SendKeys("#wanted", "7", chromedp.ByQuery))
	want := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return !strings.Contains(id, "7") })
	require.Equal(t, want, eval[[]string](b, ids))
	require.Equal(t, fmt.Sprintf("%d of %d", len(want), len(all)), eval[string](b, `document.getElementById("shown").value`))
	b.run(chromedp.SendKeys("#least", "100", chromedp.ByQuery))
	for _, n := range eval[[]float64](b, values(1)) {
		require.GreaterOrEqual(t, n, 100.0)
	}
	require.NotEmpty(t, eval[[]string](b, ids))
	b.run(chromedp.SendKeys("#wanted", "no such merchant", chromedp.ByQuery))
	require.Empty(t, eval[[]string](b, ids))
}

// At any width the page scrolls down only, and no text of a picture leaves it.
func TestWindows(t *testing.T) {
	b := open(t, sample)
	for _, c := range []struct {
		width, height int64
		scheme        string
		picture       string
	}{
		{1440, 1500, "light", "report-wide.png"}, {1440, 1500, "dark", "report-dark.png"},
		{360, 1500, "light", "report-narrow.png"}, {360, 1500, "dark", ""}, {768, 1000, "light", ""},
	} {
		b.look(c.width, c.height, c.scheme)
		require.Equal(t, float64(c.width), eval[float64](b, `document.documentElement.scrollWidth`), "%d", c.width)
		require.Empty(t, eval[[]string](b, `Array.from(document.querySelectorAll(".plot text")).filter((text) => {
			const box = text.getBoundingClientRect();
			return box.width > 0 && (box.left < 0 || box.right > innerWidth);
		}).map((text) => text.textContent)`), "%d", c.width)
		paper := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
		require.Equal(t, map[string]string{"light": "rgb(252, 251, 248)", "dark": "rgb(21, 24, 28)"}[c.scheme], paper)
		if c.picture != "" {
			b.shot(c.picture)
		}
	}
	// On a phone a wide table scrolls below its first column.
	b.look(360, 1500, "light")
	require.True(t, eval[bool](b, `(() => {
		const table = document.querySelector("#merchants").parentElement;
		table.scrollLeft = 1000;
		return table.scrollLeft > 0 && Math.abs(table.querySelector("tbody th").getBoundingClientRect().left - table.getBoundingClientRect().left) < 1;
	})()`))
	b.look(1440, 1500, "light")
	b.run(chromedp.Evaluate(`document.getElementById("ranking").scrollIntoView()`, nil))
	b.shot("report-merchants.png")
}

// Every picture is described to those who do not see it, and its numbers are in
// a table that can be opened.
func TestPicturesAreDescribed(t *testing.T) {
	b := open(t, sample)
	require.Equal(t, 8, eval[int](b, `document.querySelectorAll("svg[role=img]").length`))
	require.Zero(t, eval[int](b, `Array.from(document.querySelectorAll("svg[role=img]")).filter((svg) => !svg.hasAttribute("aria-label") &&
		!svg.getAttribute("aria-labelledby").split(" ").every((id) => document.getElementById(id).textContent.trim() !== "")).length`))
	require.Zero(t, eval[int](b, `Array.from(document.querySelectorAll("figure")).filter((f) => !f.querySelector("figcaption h3") || f.querySelectorAll("details tbody tr").length === 0).length`))
	require.Empty(t, eval[[]string](b, `Array.from(document.querySelectorAll("[id]")).map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)`))
	b.run(chromedp.Click("#countries ~ figure summary", chromedp.ByQuery))
	require.True(t, eval[bool](b, `document.querySelector("#countries ~ figure table").offsetHeight > 0`))
	require.Equal(t, 1440.0, func() float64 {
		b.look(1440, 900, "light")
		return eval[float64](b, `document.documentElement.scrollWidth`)
	}())
}

// On paper the page is a document of a few A4 pages, dark windows or not.
func TestPrint(t *testing.T) {
	b := open(t, sample)
	b.look(1440, 900, "dark")
	var pdf []byte
	b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).WithPrintBackground(true).Do(ctx)
		return err
	}))
	require.True(t, strings.HasPrefix(string(pdf), "%PDF-"))
	require.Contains(t, string(pdf), "/MediaBox [0 0 594.95996 841.91998]", "A4")
	pages := strings.Count(string(pdf), "/Type /Page\n")
	require.True(t, pages >= 4 && pages <= 8, "%d pages", pages)
	if dir := os.Getenv("SAV_PAGE_IMAGES"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "report.pdf"), pdf, 0o644))
	}
}

// A merchant whose id is a script is a merchant with an odd name.
func TestHostileMerchant(t *testing.T) {
	const attack = `<script>document.title="run"</script><img src=x onerror=alert(1)>`
	var text strings.Builder
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id,country\n")
	for i := range 40 {
		id := fmt.Sprintf(`"%s%d"`, strings.ReplaceAll(attack, `"`, `""`), i%4)
		fmt.Fprintf(&text, "2026-03-0%d 10:00:00,1,1,2,%s,%d,%s\n2026-03-0%[1]d 10:%[5]d:00,2,1,2,%[2]s,%[3]d,%[4]s\n", i%5+1, id, i, id, i%50+10)
	}
	src, err := csvfile.Open([]string{csvfile.Stdin}, csvfile.Options{Stdin: strings.NewReader(text.String())})
	require.NoError(t, err)
	defer src.Close()
	r, err := analysis.Run(t.Context(), src, analysis.Options{Detail: true})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	require.NoError(t, err)
	run := &sink.Run{Version: attack, Inputs: []string{attack}, Conversations: r.Conversations, Answered: r.Answered}
	require.NoError(t, savpage.Write(f, &sink.Result{Run: run, Report: r.Report, Detail: r.Detail}))
	require.NoError(t, f.Close())

	b := open(t, path)
	require.Contains(t, eval[string](b, `document.title`), "First response times")
	require.Equal(t, 1, eval[int](b, `document.scripts.length`))
	require.Zero(t, eval[int](b, `document.images.length`))
	got := eval[[]string](b, ids)
	require.Len(t, got, 4)
	for _, id := range got {
		require.True(t, strings.HasPrefix(id, attack), id)
	}
	b.run(press(0), press(3), chromedp.SendKeys("#wanted", "<script>", chromedp.ByQuery))
	require.Len(t, eval[[]string](b, ids), 4)
	b.look(360, 800, "light")
	require.Equal(t, 360.0, eval[float64](b, `document.documentElement.scrollWidth`))
}
