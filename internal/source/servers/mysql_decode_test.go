package servers

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is decoded here must be what the driver makes of the same rows. Some rows are left to
// it: those with long texts and large numbers. There are more rows than a packet's number tells
// apart.
func TestServerRowsAreThoseOfTheDriver(t *testing.T) {
	onServers(t, func(t *testing.T, dsn DSN) {
		if dsn.server != mysqlServer {
			t.Skip("rows of MySQL's protocol")
		}
		rows := []string{
			"(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
			"(-128, 255, -32768, 65535, -8388608, 4294967295, -9223372036854775808, 9223372036854775807, -1.50, " +
				"'é', '', 'b', '2026-03-01', '2026-03-01 10:20:30', '2026-03-01 10:20:30.12', '2026-03-01 10:20:30.123456')",
			"(127, 0, 32767, 0, 8388607, 0, 9223372036854775807, 18446744073709551615, 0, " +
				"'x', '250', 'a', '0001-01-01', '9999-12-31 23:59:59', '1970-01-01 00:00:00', '2038-01-19 00:00:00.000001')",
			"(1, 1, 1, 1, 1, 1, 1, 1, 1, " +
				"REPEAT('y', 255), REPEAT('z', 66000), 'a', '0000-00-00', '0000-00-00 00:00:00', '2026-03-01', '2026-03-01')",
			"(1, 1, 1, 1, 1, 1, 1, 1, 1, " +
				"REPEAT('y', 250), REPEAT('z', 60000), 'a', '2026-01-01', '2026-01-01 10:00:00', '2026-03-01', '2026-03-01')",
		}
		for range 300 {
			rows = append(rows, rows[1], rows[2])
		}
		rows = append(rows, rows[3], rows[4], rows[1])
		name := "t_rows_of_the_driver"
		run, end := session(t, dsn)
		defer end()
		run("SET sql_mode = ''", "DROP TABLE IF EXISTS "+name, "CREATE TABLE "+name+" (a tinyint, b tinyint unsigned, "+
			"c smallint, d smallint unsigned, e mediumint, f int unsigned, g bigint, h bigint unsigned, i decimal(10,2), "+
			"j varchar(255), k mediumtext, l enum('a', 'b'), m date, n datetime, o datetime(2), p datetime(6)) "+
			"CHARACTER SET utf8mb4")
		defer run("DROP TABLE " + name)
		run("INSERT INTO " + name + " VALUES " + strings.Join(rows, ", "))

		c, err := dialMySQL(t.Context(), dsn)
		require.NoError(t, err)
		defer c.close()
		texts := func(left bool) (all [][]string) {
			r, err := c.start(t.Context(), "SELECT * FROM "+name)
			require.NoError(t, err)
			require.NotNil(t, r.columns)
			if left {
				r.columns = nil
			}
			defer func() { require.Equal(t, io.EOF, r.next(new(block)), "after the end") }()
			require.NoError(t, eachRow(r, func(row [][]byte) {
				var texts []string
				for _, text := range row {
					texts = append(texts, fmt.Sprintf("%.300q", text))
				}
				all = append(all, texts)
			}))
			return all
		}
		ofDriver := texts(true)
		require.Len(t, ofDriver, len(rows))
		require.Equal(t, ofDriver, texts(false))

		// A query whose rows are not all read leaves nothing of them to the next.
		r, err := c.start(t.Context(), "SELECT * FROM "+name)
		require.NoError(t, err)
		for range 3 {
			require.NoError(t, r.next(new(block)))
		}
		require.EqualValues(t, 2, c.packets.taken, "not the third row, with a number that is no int64")
		require.NoError(t, r.close())
		require.Equal(t, ofDriver, texts(false))
	})
}

// A row that is no row of these columns is left to the driver.
func TestDecodeAnything(t *testing.T) {
	forms := []mysqlColumn{{form: formTime, length: 10}, {form: formTime, length: 19}, {form: formTime, length: 26}}
	for form := formText; form <= formUint64; form++ {
		if form != formTime {
			forms = append(forms, mysqlColumn{form: form})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SliceOfN(rapid.SampledFrom(forms), 1, 20).Draw(t, "columns")
		row := append([]byte{0}, rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte{0, 4, 7, 11}))).
			Draw(t, "row")...)
		var b block
		if b.decode(columns, row) && len(b.cells) != len(columns) {
			t.Fatalf("%d values of %d", len(b.cells), len(columns))
		}
	})
}

func TestDecodeTimes(t *testing.T) {
	for _, c := range []struct {
		value  []byte
		length int
		want   string // empty: the driver's
	}{
		{nil, 26, "0000-00-00 00:00:00.000000"},
		{[]byte{0xea, 0x07, 3, 1}, 10, "2026-03-01"},
		{[]byte{0xea, 0x07, 3, 1}, 19, "2026-03-01 00:00:00"},
		{[]byte{0xea, 0x07, 3, 1, 10, 20, 30}, 22, "2026-03-01 10:20:30.00"},
		{[]byte{0xea, 0x07, 3, 1, 10, 20, 30, 0x40, 0xe2, 1, 0}, 26, "2026-03-01 10:20:30.123456"},
		{[]byte{0xea, 0x07, 3, 1, 10, 20, 30, 0x40, 0xe2, 1, 0}, 23, "2026-03-01 10:20:30.123"},
		{[]byte{0x10, 0x27, 3, 1}, 10, ""}, // the year 10000
		{[]byte{0xea, 0x07, 100, 1}, 10, ""},
		{[]byte{0xea, 0x07, 3, 1, 10, 20, 30, 0x40, 0x42, 0x0f, 0}, 26, ""}, // a second of microseconds
		{[]byte{0xea, 0x07, 3}, 10, ""},
	} {
		row := slices.Concat([]byte{0, 0, byte(len(c.value))}, c.value)
		var b block
		require.Equal(t, c.want != "", b.decode([]mysqlColumn{{formTime, c.length}}, row), c.value)
		if c.want != "" {
			require.Equal(t, c.want, string(b.texts(b.cells)[0]))
		}
	}
}
