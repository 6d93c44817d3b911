package csvfile

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/generate"
)

// BenchmarkScan reads one chunk of messages into a batch, again and again, on one
// core: what a row costs between the file and the analysis.
func BenchmarkScan(b *testing.B) {
	var text bytes.Buffer
	_, err := generate.Write(context.Background(), &text, generate.Options{Messages: 16000, Seed: 1})
	require.NoError(b, err)
	b.SetBytes(int64(text.Len()))
	end := bytes.IndexByte(text.Bytes(), '\n') + 1
	header, err := source.ResolveHeader([]string{"message_id", "conversation_id", "created_at", "sender_user_id", "client_user_id", "merchant_user_id", "merchant_id", "country"}, nil)
	require.NoError(b, err)
	dict := source.NewDict()
	s := newScanner(&input{maxRecord: maxRecord}, header, nil, dict)
	data := append(bytes.Clone(text.Bytes()[end:]), make([]byte, padding)...)
	size := len(data) - padding
	c := &chunk{data: data[:size], size: size, last: true, batch: source.NewBatch(header.Columns(), source.Needs{}, dict)}
	for b.Loop() {
		if ok, err := s.scan(c, false); !ok || err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.batch.Counts.Rows), "ns/row")
}
