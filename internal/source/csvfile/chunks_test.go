package csvfile_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/sink"
	"github.com/sav-analytics/sav/source"
)

const header = "message_id,conversation_id,created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country,is_public,body\n"

// FuzzChunks: however a file is cut into chunks, what is read is what one scan
// reads by the slow path alone, and what the rules say character by character.
func FuzzChunks(f *testing.F) {
	row := func(id int, body string) string {
		return fmt.Sprintf("%d,7,2026-03-01 10:00:%02d,100,100,900,1,fr,1,%s\n", id, id%60, body)
	}
	for _, body := range []string{
		"",
		"\n\n\r\n\n",
		row(1, "") + row(2, "plain") + row(3, `"a, ""b"" `+"\n"+`c"`),
		strings.Replace(row(1, ""), ",7,", ",\"a\nb\",", 1) + "x\n", // a line break in a value
		row(1, `"`) + row(2, "") + row(3, ""),                       // never closed, in the middle
		row(1, "") + row(2, "") + `1,2,"last`,                       // never closed, in the last line
		row(1, `"closed" not`) + row(2, `"x"y"`),                    // text after a closing quote
		row(1, `"`+strings.Repeat(row(9, ""), 3)+`"`),               // rows that are none
		row(1, strings.Repeat(`"""`, 5)) + row(2, `""""""`),
		strings.ReplaceAll(row(1, "")+row(2, `"a`+"\n"+`b"`)+row(3, ""), "\n", "\r\n"),
		strings.TrimSuffix(row(1, ""), "\n"), strings.TrimSuffix(row(1, ""), "\n") + "\r",
		row(1, "\r\r") + "\r\n" + row(2, `"\r"`+"\r"), "\r", "\r\n\r", `"`, `""`, `"` + "\n" + `"`, ",,,,,,,,,\n",
		strings.Repeat(row(1, ""), 4) + `"` + strings.Repeat(row(2, ""), 4), row(1, "\xff\xc3") + "\xff\n",
		"1,7.0,2026-03-01T10:00:00.123456789Z,1.00,0100,,x,,no,\n", " 1 , 7 ,1772359200.5, 100,100 ,900, 9 , é ,,\n",
		"12345678901234567890,999999999999999999,2026-03-01,1,0,00,123456789012345678,FR,maybe,\n",
	} {
		f.Add(body, uint8(0), uint8(1))
		f.Add(body, uint8(6), uint8(2))
	}
	f.Add(strings.Repeat("a\x00", 600), uint8(6), uint8(2))
	f.Fuzz(func(t *testing.T, body string, size, workers uint8) {
		if len(body) > 4<<10 || noText(body) {
			t.Skip("so small chunks take too long over it, or it is no text")
		}
		compare(t, header+body, 1+int(size%64), 1+int(workers%3), nil)
	})
}

// noText reports whether a file with such a body may pass for one of another format: UTF-16,
// of which every other byte is zero, or an archive.
func noText(body string) bool {
	return strings.Count(body, "\x00") > 99 || strings.Contains(body, "ustar")
}

// compare reads a text in three ways.
func compare(t readtest.T, text string, chunkSize, workers int, zone *source.Zone) {
	path := readtest.File(t, "messages.csv", text)
	opts := readtest.Options{Rules: source.Rules{Zone: zone}}

	src, err := open(opts, path)
	require.NoError(t, err)
	defer src.Close()
	plain, err := readPlainly(src)
	require.NoError(t, err)
	var loc *time.Location
	if zone != nil {
		loc = paris
	}
	require.Equal(t, expected(loc, naive.File{Name: path, Text: text}), plain, "one scan against the rules: %q", text)

	cut, err := read(ctx, opts.Cut(chunkSize, workers), path)
	require.NoError(t, err)
	require.Equal(t, plain, cut, "%d workers on chunks of %d bytes against one scan: %q", workers, chunkSize, text)

	whole, err := read(ctx, opts, path)
	require.NoError(t, err)
	require.Equal(t, plain, whole, "the fast path against the slow one: %q", text)
}

var paris, _ = time.LoadLocation("Europe/Paris")

// Tables with every quirk read alike, however they are cut and wherever from.
func TestQuirksInChunks(t *testing.T) {
	t.Parallel()
	zone, err := source.NewZone("Europe/Paris")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SampledFrom([]*source.Zone{nil, zone}).Draw(t, "zone")
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, true)
		if broken := naive.Records(text)[0].Fields; broken == nil {
			t.Skip("the header is broken")
		}
		compare(t, text, rapid.IntRange(1, 64).Draw(t, "chunk"), rapid.IntRange(1, 4).Draw(t, "workers"), z)
	})
}

// Records that are longer than many chunks, and than what is read beyond a
// chunk at first.
func TestLongRecords(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(header)
	for i := range 20 {
		body := strings.Repeat([]string{"text, ", "\n1,2,2026-03-01,4,5,6,7,8,,9\n", `""`, "é\r\n"}[random.IntN(4)],
			random.IntN(200))
		fmt.Fprintf(&b, "%d,7,2026-03-01 10:00:%02d,100,100,900,1,fr,1,\"%s\"\n", i, i, body)
	}
	for _, test := range []struct{ name, text string }{
		{"closed", b.String()},
		{"never closed", b.String() + `1,2,"` + b.String()},
		{"never closed at the end", b.String() + `1,2,"x`},
		{"text after a closing quote", b.String() + `1,2,"` + strings.Repeat("long\n", 2500) + "\"x\n" + b.String()},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{64, 1000, 1 << 16} {
				compare(t, test.text, size, 2, nil)
			}
		})
	}
}

// From chunks of any size comes one report, to the byte.
func TestReportFromChunks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		written := func(opts readtest.Options) string {
			opts.Stdin = strings.NewReader(text)
			src, err := open(opts, readtest.Stdin)
			require.NoError(t, err)
			defer src.Close()
			result, err := analysis.Run(ctx, src, analysis.Options{Pairs: true})
			require.NoError(t, err)
			var b bytes.Buffer
			require.NoError(t, sink.CSV(&b, result.Report))
			require.NoError(t, sink.CSV(&b, result.Pairs))
			return b.String()
		}
		whole := written(readtest.Options{}.Cut(1<<20, 1))
		require.Equal(t, whole, written(readtest.Options{}.Cut(rapid.IntRange(1, 64).Draw(t, "chunk"),
			rapid.IntRange(1, 4).Draw(t, "workers"))))
	})
}

// A compressed file, a stream and several files are one input each, as a plain
// file is.
func TestInputsOfAllKinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).CSV(t, false)
		at := rapid.IntRange(0, len(text)).Draw(t, "member") // gzip files may be joined
		plain := readtest.File(t, "m.csv", text)
		packed := readtest.File(t, "m.csv.gz", append(readtest.Gzip(t, text[:at]), readtest.Gzip(t, text[at:])...))

		opts := readtest.Options{Stdin: strings.NewReader(text)}.Cut(rapid.IntRange(1, 500).Draw(t, "chunk"), 2)
		got, err := read(ctx, opts, plain, packed, readtest.Stdin)
		require.NoError(t, err)
		want := expected(nil, naive.File{Name: plain, Text: text}, naive.File{Name: packed, Text: text},
			naive.File{Name: readtest.Stdin, Text: text})
		require.Equal(t, want, got)
	})
}

var ctx = context.Background()
