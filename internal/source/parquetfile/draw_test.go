package parquetfile_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/compress/lz4"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A drawnColumn is a column of a table drawn at random: a type, and how a number
// is kept in it and written in CSV.
type drawnColumn struct {
	name  string
	node  parquet.Node
	value func(n int64) (parquet.Value, string)
}

var (
	delta    = []encoding.Encoding{&parquet.Plain, &parquet.DeltaBinaryPacked, &parquet.RLEDictionary}
	floating = []encoding.Encoding{&parquet.Plain, &parquet.ByteStreamSplit, &parquet.RLEDictionary}
	texts    = []encoding.Encoding{&parquet.Plain, &parquet.DeltaLengthByteArray, &parquet.DeltaByteArray,
		&parquet.RLEDictionary}
	plain  = []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary}
	codecs = []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Zstd,
		&lz4.Codec{Level: lz4.Fastest}, &parquet.Brotli}
)

// An as is a type in which numbers are kept.
type as struct {
	node      parquet.Node
	encodings []encoding.Encoding
	value     func(n int64) (parquet.Value, string)
}

// ids are types that hold ids from 0 to 127.
var ids = map[string]as{
	"int64": {parquet.Int(64), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int64Value(n),
			fmt.Sprint(n)
	}},
	"int32": {parquet.Int(32), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int32Value(int32(n)),
			fmt.Sprint(n)
	}},
	"int8": {parquet.Int(8), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int32Value(int32(n)),
			fmt.Sprint(n)
	}},
	"bare64": {parquet.Leaf(parquet.Int64Type), delta, func(n int64) (parquet.Value,
		string) {
		return parquet.Int64Value(n), fmt.Sprint(n)
	}},
	"high uint32": {parquet.Uint(32), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int32Value(int32(1<<31 + uint32(n))), fmt.Sprint(1<<31 + n)
	}},
	"high uint64": {parquet.Uint(64), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int64Value(-1 - n), fmt.Sprint(^uint64(0) - uint64(n))
	}},
	"high int64": {parquet.Int(64), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int64Value(1e18 - 2 + n), fmt.Sprint(int64(1e18) - 2 + n)
	}},
	"negative": {parquet.Int(64), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int64Value(-n),
			fmt.Sprint(-n)
	}},
	"double": {parquet.Leaf(parquet.DoubleType), floating, func(n int64) (parquet.Value,
		string) {
		return parquet.DoubleValue(float64(n)), fmt.Sprint(n, ".0")
	}},
	"half": {parquet.Leaf(parquet.DoubleType), floating, func(n int64) (parquet.Value, string) {
		return parquet.DoubleValue(float64(n) + 0.5), fmt.Sprint(n, ".5")
	}},
	"float": {parquet.Leaf(parquet.FloatType), floating, func(n int64) (parquet.Value,
		string) {
		return parquet.FloatValue(float32(n)), fmt.Sprint(n, ".000")
	}},
	"decimal of 32 bits": {parquet.Decimal(0, 9, parquet.Int32Type), plain, func(n int64) (parquet.Value, string) {
		return parquet.Int32Value(int32(n)), fmt.Sprint(n)
	}},
	"decimal of 64 bits": {parquet.Decimal(2, 18, parquet.Int64Type), plain, func(n int64) (parquet.Value, string) {
		return parquet.Int64Value(-100*n - 7), fmt.Sprintf("-%d.07", n)
	}},
	"decimal of 16 bytes": {parquet.Decimal(3, 38, parquet.FixedLenByteArrayType(16)), plain,
		func(n int64) (parquet.Value, string) {
			x := new(big.Int).Lsh(big.NewInt(1), 128)
			if n > 0 {
				x.Sub(x, big.NewInt(1000*n))
			} else {
				x.SetInt64(0)
			}
			return parquet.FixedLenByteArrayValue(x.FillBytes(make([]byte, 16))),
				strings.Replace(fmt.Sprintf("-%d.000", n), "-0.", "0.", 1)
		}},
	"text": {parquet.String(), texts, func(n int64) (parquet.Value, string) {
		text := []string{"x", " é ", "007", "1.0", "a,\"b\" ", "conversation "}[n%6] + fmt.Sprint(n)
		return parquet.ByteArrayValue([]byte(text)), text
	}},
	"bare text": {parquet.Leaf(parquet.ByteArrayType), texts, func(n int64) (parquet.Value, string) {
		text := strings.Repeat("\xff", int(n%3)) + fmt.Sprint(n)
		return parquet.ByteArrayValue([]byte(text)), text
	}},
	"uuid": {parquet.UUID(), plain, func(n int64) (parquet.Value, string) {
		id := [16]byte{0: 0xAB, 7: byte(n), 15: 0xF0}
		return parquet.FixedLenByteArrayValue(id[:]), fmt.Sprintf("ab000000-0000-00%02x-0000-0000000000f0", n)
	}},
}

// times are types that hold times given in µs since 1970, and say of them what
// their precision lets them.
var times = map[string]as{
	"ms":        stamp(parquet.Millisecond, time.Millisecond, true),
	"us":        stamp(parquet.Microsecond, time.Microsecond, true),
	"ns":        stamp(parquet.Nanosecond, time.Nanosecond, true),
	"ms, local": stamp(parquet.Millisecond, time.Millisecond, false),
	"us, local": stamp(parquet.Microsecond, time.Microsecond, false),
	"ns, local": stamp(parquet.Nanosecond, time.Nanosecond, false),
	"date": {parquet.Date(), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int32Value(int32(n / 86400e6)), utc(n).Format(time.DateOnly)
	}},
	"unix": {parquet.Int(64), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int64Value(n / 1e6),
			fmt.Sprint(n / 1e6)
	}},
	"unix, 32": {parquet.Uint(32), delta, func(n int64) (parquet.Value, string) {
		return parquet.Int32Value(int32(uint32(n / 1e6))), fmt.Sprint(n / 1e6)
	}},
	"unix in ms": {parquet.Leaf(parquet.Int64Type), delta, func(n int64) (parquet.Value,
		string) {
		return parquet.Int64Value(n / 1e3), fmt.Sprint(n / 1e3)
	}},
	"unix as double": {parquet.Leaf(parquet.DoubleType), floating, func(n int64) (parquet.Value, string) {
		return parquet.DoubleValue(float64(n/5e5) / 2), fmt.Sprint(n/1e6, []string{".0", ".5"}[n/5e5%2])
	}},
	"text": {parquet.String(), texts, func(n int64) (parquet.Value, string) {
		text := utc(n).Format("2006-01-02 15:04:05.999999 -07")
		return parquet.ByteArrayValue([]byte(text)), text
	}},
	"int96": {parquet.Leaf(parquet.Int96Type), plain, func(n int64) (parquet.Value, string) {
		nanos := uint64(n%86400e6)*1000 + 999
		return parquet.Int96Value(deprecated.Int96{uint32(nanos), uint32(nanos >> 32), uint32(n/86400e6 + 2440588)}),
			utc(n).Format(time.RFC3339Nano)
	}},
}

func utc(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func stamp(unit parquet.TimeUnit, length time.Duration, adjusted bool) as {
	return as{parquet.TimestampAdjusted(unit, adjusted), delta, func(n int64) (parquet.Value, string) {
		t := utc(n).Truncate(length)
		layout := "2006-01-02T15:04:05.999999999"
		if adjusted {
			layout += "Z"
		}
		return parquet.Int64Value(t.UnixNano() / int64(length)), t.Format(layout)
	}}
}

// draws are how a column is called and what it may hold.
var draws = []struct {
	names    []string
	optional bool
	from     map[string]as
	numbers  *rapid.Generator[int64]
}{
	{[]string{"created_at", "Timestamp", "date"}, false, times, rapid.Custom(func(t *rapid.T) int64 {
		// around the changes of the clocks in Paris
		seconds := rapid.SampledFrom([]int64{1774746000, 1792893600}).Draw(t, "base") + 1800*rapid.Int64Range(-6,
			6).Draw(t, "step")
		return seconds*1e6 + rapid.SampledFrom([]int64{0, 0, 1, 500_000, 999_999}).Draw(t, "fraction")
	})},
	{[]string{"client_user_id", "customer_user_id"}, false, ids, rapid.Int64Range(0, 3)},
	{[]string{"merchant_user_id"}, false, ids, rapid.Int64Range(2, 6)},
	{[]string{"merchant_id"}, false, ids, rapid.Int64Range(0, 5)},
	{[]string{"conversation_id", "ticket_id"}, true, ids, rapid.Int64Range(0, 9)},
	{[]string{"message_id", "id"}, true, ids, rapid.Int64Range(0, 127)},
	{[]string{"country"}, true, map[string]as{"text": {parquet.String(), texts, func(n int64) (parquet.Value, string) {
		text := []string{"fr", "DE", "É", "", " it ", "x\"y"}[n]
		return parquet.ByteArrayValue([]byte(text)), text
	}}}, rapid.Int64Range(0, 5)},
	{[]string{"is_public"}, true, map[string]as{
		"boolean": {parquet.Leaf(parquet.BooleanType), []encoding.Encoding{&parquet.Plain, &parquet.RLE},
			func(n int64) (parquet.Value, string) {
				return parquet.BooleanValue(n > 0), fmt.Sprint(n > 0)
			}},
		"int": ids["int8"], "double": ids["double"],
	}, rapid.Int64Range(0, 2)},
	{[]string{"body"}, true, map[string]as{"text": ids["text"]}, rapid.Int64Range(0, 127)},
}

// drawFile draws a table, as a Parquet file written in any way and as CSV.
func drawFile(t *rapid.T) (file []byte, text string) {
	group := parquet.Group{}
	var columns []drawnColumn
	add := func(name string, kind as) {
		node := kind.node
		if rapid.Bool().Draw(t, "optional") {
			node = parquet.Optional(node)
		}
		node = parquet.Encoded(node, rapid.SampledFrom(kind.encodings).Draw(t, "encoding"))
		group[name] = parquet.Compressed(node, rapid.SampledFrom(codecs).Draw(t, "codec"))
		columns = append(columns, drawnColumn{name, group[name], kind.value})
	}
	kinds := func(from map[string]as) as {
		names := make([]string, 0, len(from))
		for name := range from {
			names = append(names, name)
		}
		slices.Sort(names)
		return from[rapid.SampledFrom(names).Draw(t, "type")]
	}
	numbers := make(map[string]*rapid.Generator[int64])
	var user as // ids of users are of one type, or no sender is known
	for i, d := range draws {
		if d.optional && rapid.IntRange(0, 3).Draw(t, "present") == 0 {
			continue
		}
		name, kind := rapid.SampledFrom(d.names).Draw(t, "name"), kinds(d.from)
		switch i {
		case 1:
			user = kind
			add("sender_user_id", kind)
			numbers["sender_user_id"] = rapid.Int64Range(0, 7)
		case 2:
			kind = user
		}
		add(name, kind)
		numbers[name] = d.numbers
	}
	slices.SortFunc(columns, func(a, b drawnColumn) int { return strings.Compare(a.name, b.name) }) // as in a Group

	var out, comma bytes.Buffer
	options := []parquet.WriterOption{parquet.NewSchema("messages", group),
		parquet.PageBufferSize(rapid.IntRange(1, 300).Draw(t, "page")),
		parquet.DataPageVersion(rapid.IntRange(1, 2).Draw(t, "version")),
		parquet.MaxRowsPerRowGroup(rapid.Int64Range(1, 50).Draw(t, "group"))}
	w, lines := parquet.NewWriter(&out, options...), csv.NewWriter(&comma)
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.name
	}
	require.NoError(t, lines.Write(header))
	most := rapid.SampledFrom([]int{3, 60, 500}).Draw(t, "most")
	pool := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) drawnRow { return drawRow(t, columns, numbers) }), 1,
		20).Draw(t, "pool")
	for range rapid.IntRange(0, most).Draw(t, "rows") {
		row := pool[rapid.IntRange(0, len(pool)-1).Draw(t, "row")]
		_, err := w.WriteRows([]parquet.Row{row.values})
		require.NoError(t, err)
		require.NoError(t, lines.Write(row.texts))
	}
	require.NoError(t, w.Close())
	lines.Flush()
	return out.Bytes(), comma.String()
}

type drawnRow struct {
	values parquet.Row
	texts  []string
}

func drawRow(t *rapid.T, columns []drawnColumn, numbers map[string]*rapid.Generator[int64]) (row drawnRow) {
	for i, c := range columns {
		value, text := c.value(numbers[c.name].Draw(t, c.name))
		switch {
		case !c.node.Optional():
			value = value.Level(0, 0, i)
		case rapid.IntRange(0, 9).Draw(t, "null") == 0:
			value, text = parquet.NullValue().Level(0, 0, i), ""
		default:
			value = value.Level(0, 1, i)
		}
		row.values, row.texts = append(row.values, value), append(row.texts, text)
	}
	return row
}
