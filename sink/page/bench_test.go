package page_test

import (
	"io"
	"testing"

	"github.com/sav-analytics/sav/sink/page"
)

func BenchmarkManyMerchants(b *testing.B) {
	r := result(b, manyMerchants(100_000))
	for b.Loop() {
		if err := page.Write(io.Discard, r, page.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
