package dialect

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"pgregory.net/rapid"
)

// decoded reads text in an encoding, in pieces as the reader gives them.
func decoded(t require.TestingT, name string, r io.Reader) string {
	d, err := newDecoder(name, r)
	require.NoError(t, err)
	text, err := io.ReadAll(d)
	require.NoError(t, err)
	return string(text)
}

// UTF-16 is what unicode/utf16 makes of it, however it is cut; what is ill-formed there is
// one ill-formed byte.
func TestUTF16(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.SliceOfN(rapid.OneOf(rapid.Uint16Range(0, 0x7f), rapid.Uint16Range(0, 0x7f),
			rapid.Uint16Range(0xd700, 0xe000), rapid.Uint16()), 0, 60).Draw(t, "units")
		odd := rapid.Bool().Draw(t, "odd")
		want := ""
		for _, r := range utf16.Decode(units) {
			if r == '\uFFFD' {
				want += "\xff"
				continue
			}
			want += string(r)
		}
		// U+FFFD itself is well-formed.
		if bytes.Contains(binaryUnits(units, binary.BigEndian), []byte{0xff, 0xfd}) {
			t.Skip("a replacement character")
		}
		for name, order := range map[string]binary.ByteOrder{utf16LEName: binary.LittleEndian,
			utf16BEName: binary.BigEndian} {
			text := binaryUnits(units, order)
			if odd {
				text = append(text, 'x')
			}
			for _, r := range []io.Reader{bytes.NewReader(text), iotest.OneByteReader(bytes.NewReader(text)),
				iotest.DataErrReader(iotest.HalfReader(bytes.NewReader(text)))} {
				got := decoded(t, name, r)
				if odd {
					require.Equal(t, want+"\xff", got)
					continue
				}
				require.Equal(t, want, got)
			}
		}
	})
	require.Equal(t, "a\uFFFDb", decoded(t, utf16LEName, strings.NewReader("a\x00\xfd\xffb\x00")))
}

func binaryUnits(units []uint16, order binary.ByteOrder) []byte {
	var text []byte
	for _, u := range units {
		if order == binary.BigEndian {
			text = binary.BigEndian.AppendUint16(text, u)
		} else {
			text = binary.LittleEndian.AppendUint16(text, u)
		}
	}
	return text
}

// Every encoding of one byte a character gives what its table says.
func TestByteEncodings(t *testing.T) {
	t.Parallel()
	var all []byte
	for b := range 256 {
		all = append(all, byte(b), 'x', byte(b), 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
	}
	seen := 0
	for _, label := range []string{"windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
		"windows-1255", "windows-1256", "windows-1257",
		"windows-1258", "iso-8859-1", "iso-8859-2", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "macintosh",
		"ibm866", "windows-874", "x-mac-cyrillic"} {
		e, err := htmlindex.Get(label)
		require.NoError(t, err)
		c, ok := e.(*charmap.Charmap)
		require.True(t, ok, label)
		want := ""
		for _, b := range all {
			if r := c.DecodeByte(b); r != '\uFFFD' {
				want += string(r)
			} else {
				want += "\xff"
			}
		}
		name, err := htmlindex.Name(e)
		require.NoError(t, err)
		require.Equal(t, want, decoded(t, name, iotest.HalfReader(bytes.NewReader(all))), label)
		seen++
	}
	require.Equal(t, 19, seen)
}

// Other encodings are those of golang.org/x/text, with what is ill-formed marked, wherever
// the text is cut.
func TestMultiByteEncodings(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][2]string{
		"shift_jis": {"\x93\xfa\x96{a", "日本a"},
		"gbk":       {"\xc4\xe3\xba\xc3", "你好"},
		"euc-kr":    {"\xc7\xd1", "한"},
		"big5":      {"\xa4\xa4x", "中x"},
		"euc-jp":    {"\xc6\xfc\xffx", "日\xffx"},
	} {
		for _, n := range []int{1, 3000} { // more than one piece
			for _, r := range []io.Reader{strings.NewReader(strings.Repeat(text[0], n)),
				iotest.OneByteReader(strings.NewReader(strings.Repeat(text[0], n)))} {
				require.Equal(t, strings.Repeat(text[1], n), decoded(t, name, r), name)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "\uFFFD", "\xef", "\xef\xbf", "é"})).Draw(t,
			"parts"), "")
		d := &decoder{r: iotest.OneByteReader(strings.NewReader(text)), decode: markReplacements}
		got, err := io.ReadAll(d)
		require.NoError(t, err)
		require.Equal(t, strings.ReplaceAll(text, "\uFFFD", "\xff"), string(got))
	})
}
