package csvfile

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/source/chunk"
	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/generate"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/internal/source/record"
	"github.com/sav-analytics/sav/source"
)

// BenchmarkScan reads one chunk of messages into a batch, again and again, on one core:
// what a row costs between the file and the analysis.
func BenchmarkScan(b *testing.B) {
	var text bytes.Buffer
	_, err := generate.Write(context.Background(), &text, generate.Options{Messages: 16000, Seed: 1})
	require.NoError(b, err)
	for _, test := range []struct {
		name   string
		format record.Format
		change func(text []byte) []byte
	}{
		{"comma", record.RFC4180, bytes.Clone},
		{"semicolon", record.Format{Delimiter: ';', LineEnd: '\n'},
			func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(","), []byte(";")) }},
		{"CRLF", record.RFC4180, func(text []byte) []byte {
			return bytes.ReplaceAll(text, []byte("\n"),
				[]byte("\r\n"))
		}},
		{"CR", record.Format{Delimiter: ',', LineEnd: '\r'}, func(text []byte) []byte {
			return bytes.ReplaceAll(text,
				[]byte("\n"), []byte("\r"))
		}},
		{"quoted", record.RFC4180, func(text []byte) []byte {
			text = bytes.ReplaceAll(text, []byte(","), []byte(`","`))
			text = bytes.ReplaceAll(text, []byte("\n"), []byte("\"\n\""))
			return append([]byte(`"`), text[:len(text)-1]...)
		}},
		{"MySQL", record.Format{Delimiter: '\t', LineEnd: '\n', NoQuotes: true, Backslash: true},
			func(text []byte) []byte {
				return bytes.ReplaceAll(text, []byte(","), []byte("\t"))
			}},
		{"delimiter last", record.RFC4180, func(text []byte) []byte {
			return bytes.ReplaceAll(text, []byte("\n"),
				[]byte(",\n"))
		}},
	} {
		b.Run(test.name, func(b *testing.B) {
			data := test.change(text.Bytes()[bytes.IndexByte(text.Bytes(), '\n')+1:])
			b.SetBytes(int64(len(data)))
			header, err := intake.ResolveHeader([]string{"message_id", "conversation_id", "created_at",
				"sender_user_id", "client_user_id", "merchant_user_id",
				"merchant_id", "country"}, nil)
			require.NoError(b, err)
			dict := source.NewDict()
			file, err := dialect.Open(dialect.Stdin, bytes.NewReader(data), dialect.Options{})
			require.NoError(b, err)
			defer file.Close()
			s := newScanner(file, test.format, header, &source.Rules{}, dict)
			c, err := chunk.New(file, 0, len(data), intake.NewBatch(header.Columns(), source.Needs{}, dict))
			require.NoError(b, err)
			readtest.Scan(b, s, c)
		})
	}
}
