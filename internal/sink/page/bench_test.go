package page_test

import (
	"io"
	"testing"

	"github.com/sav-analytics/sav/internal/exports"
	"github.com/sav-analytics/sav/internal/sink/page"
)

func BenchmarkManyMerchants(b *testing.B) {
	r := result(b, exports.ManyMerchants(100_000))
	for b.Loop() {
		if err := page.Write(io.Discard, r, page.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
