package csvfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/readtest"
	"github.com/sav-analytics/sav/source"
)

const needed = "created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id"

// What makes a file unusable is said with the file, the line and the column.
func TestUnusableFiles(t *testing.T) {
	const row = "2026-03-01,1,1,2,3\n"
	whole := readtest.Gzip(t, needed+"\n"+strings.Repeat(row, 1000))
	for _, test := range []struct{ name, text, want string }{
		{"empty.csv", "", "the file is empty"},
		{"blank.csv", "\n\r\n\n", "the file is empty"},
		{"mark.csv", "\ufeff", "the file is empty"},
		{"column.csv", "created_at,sender_user_id,client_user_id,merchant_id\n" + row, ":1: lacks merchant_user_id"},
		{"later.csv", "\n\r\nx,y\n", ":3: lacks created_at"},
		{"rows.csv", row, ":1: lacks created_at"},
		{"preamble.csv", "Export of March;;\n\n" + strings.ReplaceAll(needed, ",", ";") + "\n",
			"; line 3 looks like the header, after 2 to be skipped"},
		{"delimiter.csv", strings.ReplaceAll(needed, ",", "^") + "\n", "; the delimiter may be '^'"},
		{"data.csv", row, "this line looks like a row"},
		{"twice.csv", needed + ",Merchant_ID\n", ":1: two columns of one name for merchant_id"},
		{"quote.csv", `created_at,"sender_user_id` + "\n" + row, ":1:12: the header has a quote that is never closed"},
		{"after.csv", "\n\"a\nb\",\"created_at\"x\n", ":3:4: the header has a quote"},
		{"binary.csv", string([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0xff, 0, 0, '\n', 0}), "is a program"},
		{"none.csv.gz", "", "the file is empty"},
		{"short.csv.GZ", string(whole[:5]), "cut off"},
		{"cut.csv.gz", string(whole[:len(whole)-9]), "cut off"},
		{"flipped.csv.gz", string(append(bytes.Clone(whole[:len(whole)-6]), 1, 2, 3, 4, 5, 6)), "damaged"},
		{"broken.csv.gz", string(whole[:10]) + strings.Repeat("\xff", 9), "damaged"}, // its header is one
		{"after.csv.gz", string(whole) + "garbage and more", "damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := readtest.File(t, test.name, test.text)
			_, err := read(ctx, readtest.Options{}, path)
			var inputErr *source.InputError
			require.ErrorAs(t, err, &inputErr)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	_, err := open(readtest.Options{}, dir)
	var inputErr *source.InputError
	require.ErrorAs(t, err, &inputErr)
	require.ErrorContains(t, err, "is a directory")

	_, err = open(readtest.Options{}, filepath.Join(dir, "none.csv"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	var pathErr *fs.PathError
	require.ErrorAs(t, err, &pathErr)
}

// Several files must have the same optional columns; their others may differ.
func TestFilesThatDisagree(t *testing.T) {
	a := readtest.File(t, "a.csv", needed+",country\n2026-03-01,1,1,2,3,FR\n")
	b := readtest.File(t, "b.csv", "country_code,body,"+needed+"\nde,x,2026-03-02,1,1,2,3\n")
	got, err := read(ctx, readtest.Options{}, a, b)
	require.NoError(t, err)
	require.Len(t, got.Messages, 2)
	require.Equal(t, "DE", got.Messages[1].Country)

	c := readtest.File(t, "c.csv", needed+",id\n")
	_, err = open(readtest.Options{}, a, c)
	require.ErrorContains(t, err, c)
	require.ErrorContains(t, err, "has message_id, unlike ")
}

// A file that is changed while it is read, in whatever way, gives an error that is not
// one of the input: what was read is of neither of the two.
func TestChangedFile(t *testing.T) {
	t.Parallel()
	const rows = 10_000
	text := needed + "\n" + strings.Repeat("2026-03-01,1,1,2,3\n", rows)
	inPlace := func(t *testing.T, path string, at int64, what string) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteAt([]byte(what), at)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		later := time.Now().Add(time.Second) // however coarse the system's clock is
		require.NoError(t, os.Chtimes(path, later, later))
	}
	for _, test := range []struct {
		name   string
		change func(t *testing.T, path string)
	}{
		{"shorter", func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 30_000)) }},
		{"empty", func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 0)) }},
		{"longer", func(t *testing.T, path string) { inPlace(t, path, int64(len(text)), "2026-03-01,1,1,2,3\n") }},
		{"of the same size", func(t *testing.T, path string) { inPlace(t, path, int64(len(text)-3), "4") }},
		{"damaged", func(t *testing.T, path string) { inPlace(t, path, 300, strings.Repeat("\xff", 100)) }},
	} {
		for _, name := range []string{"m.csv", "m.csv.gz"} {
			t.Run(name+" "+test.name, func(t *testing.T) {
				path := readtest.File(t, name, text)
				if strings.HasSuffix(name, ".gz") {
					random := make([]byte, 1<<16) // so that the file is longer than what is read at first
					rand.NewChaCha8([32]byte{}).Read(random)
					require.NoError(t, os.WriteFile(path, readtest.Gzip(t, text+fmt.Sprintf("%x", random)), 0o600))
				}
				src, err := open(readtest.Options{}, path)
				require.NoError(t, err)
				defer src.Close()
				test.change(t, path)
				_, err = readtest.Read(ctx, src)
				require.ErrorContains(t, err, path)
				require.ErrorContains(t, err, "changed while it was read")
				var inputErr *source.InputError
				require.False(t, errors.As(err, &inputErr), "reading it again may do")
				var pathErr *fs.PathError
				require.ErrorAs(t, err, &pathErr)
			})
		}
	}
}

// A plain file can be read again; what is a stream says that it cannot.
func TestReadTwice(t *testing.T) {
	t.Parallel()
	text := needed + "\n" + strings.Repeat("2026-03-01,1,1,2,3\n", 100)
	plain, packed := readtest.File(t, "m.csv", text), readtest.File(t, "m.csv.gz", readtest.Gzip(t, text))
	for _, name := range []string{plain, packed, readtest.Stdin} {
		src, err := open(readtest.Options{Stdin: strings.NewReader(text)}, name)
		require.NoError(t, err)
		defer src.Close()
		first, err := readtest.Read(ctx, src)
		require.NoError(t, err)
		require.Len(t, first.Messages, 100)
		second, err := readtest.Read(ctx, src)
		if name == plain {
			require.NoError(t, err)
			require.Equal(t, first, second)
			continue
		}
		require.ErrorContains(t, err, "can be read only once")
		require.Empty(t, second.Messages)
	}
}

func TestOpenNothing(t *testing.T) {
	for _, names := range [][]string{nil, {}} {
		_, err := open(readtest.Options{}, names...)
		require.ErrorContains(t, err, "no file")
	}
}

// A reading that is called off, or that fails on the way, ends with the cause
// and leaves no goroutine behind (TestMain looks).
func TestReadEnds(t *testing.T) {
	text := needed + "\n" + strings.Repeat("2026-03-01,1,1,2,3\nbad,1,1,2,3\n", 5000)
	plain, packed := readtest.File(t, "m.csv", text), readtest.File(t, "m.csv.gz", readtest.Gzip(t, text))
	for _, input := range []string{plain, packed, readtest.Stdin} {
		t.Run(filepath.Base(input), func(t *testing.T) {
			readtest.Ends(t, func() (source.Source, error) {
				return open(readtest.Options{Stdin: strings.NewReader(text)}.Cut(1000, 3), input)
			})
		})
	}
}

// A pipe that gives nothing more does not keep a reading that is called off.
func TestCancelWhileWaitingForInput(t *testing.T) {
	r, w := io.Pipe()
	ctx, cancel := context.WithCancelCause(ctx)
	stop := errors.New("stop")
	go func() {
		io.WriteString(w, needed+"\n"+strings.Repeat("2026-03-01,1,1,2,3\n", 20_000))
		cancel(stop) // all that is to come has been taken
	}()
	src, err := open(readtest.Options{Stdin: r}, readtest.Stdin)
	require.NoError(t, err)
	err = src.Read(ctx, &source.Receiver{Dict: source.NewDict(), Batch: func(*source.Batch) error { return nil }})
	require.ErrorIs(t, err, stop)
	require.NoError(t, src.Close())
	w.Close()
}

// An error of the stream is not taken for its end.
func TestFailingStream(t *testing.T) {
	stop := errors.New("stop")
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, needed+"\n"+strings.Repeat("2026-03-01,1,1,2,3\n", 20_000))
		w.CloseWithError(stop)
	}()
	_, err := read(ctx, readtest.Options{Stdin: r}, readtest.Stdin)
	require.ErrorIs(t, err, stop)
	require.ErrorContains(t, err, "standard input")
	var pathErr *fs.PathError
	require.ErrorAs(t, err, &pathErr, "a failure of the system, not of the input")
}

// Progress ends with the whole of all files, where their size is known.
func TestProgress(t *testing.T) {
	text := needed + "\n" + strings.Repeat("2026-03-01,1,1,2,3\n", 100)
	a, b := readtest.File(t, "a.csv", text), readtest.File(t, "b.csv", text)
	for _, test := range []struct {
		inputs []string
		total  int64
	}{{[]string{a, b}, int64(2 * len(text))}, {[]string{readtest.Stdin}, -1}} {
		var mu sync.Mutex
		var most int64
		opts := readtest.Options{Stdin: strings.NewReader(text)}.Cut(100, 2)
		opts.Progress = func(done, total int64) {
			mu.Lock()
			defer mu.Unlock()
			most = max(most, done)
			require.Equal(t, test.total, total)
		}
		_, err := read(ctx, opts, test.inputs...)
		require.NoError(t, err)
		require.EqualValues(t, len(test.inputs)*len(text), most)
	}
}

// A record of a stream may go beyond many chunks, whose data is given back
// before they are looked at.
func TestLongRecordOfStream(t *testing.T) {
	row := "2026-03-01,1,1,2,3,\n"
	text := needed + ",body\n" + strings.Repeat(row, 10_000) +
		`2026-03-02,2,1,2,3,"` + strings.Repeat(row, 200_000) + "\"\n" + strings.Repeat(row, 10_000)
	want, err := read(ctx, readtest.Options{}, readtest.File(t, "-", text))
	require.NoError(t, err)
	require.Len(t, want.Messages, 20_001)
	for _, workers := range []int{1, 3} {
		got, err := read(ctx, readtest.Options{Stdin: strings.NewReader(text)}.Cut(100_000, workers), readtest.Stdin)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
