package dialect

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// illFormed is what decoders write for text that is invalid in its encoding: a byte that
// is invalid in UTF-8 too, so that a reader of the text can tell it from a U+FFFD that
// was there.
const illFormed = 0xff

// The names of the encodings that have decoders of their own.
const (
	utf8Name    = "utf-8"
	utf16LEName = "utf-16le"
	utf16BEName = "utf-16be"
)

// A mark is a byte-order mark.
type mark struct {
	bytes, encoding string
}

var marks = []mark{{"\xef\xbb\xbf", utf8Name}, {"\xff\xfe", utf16LEName}, {"\xfe\xff", utf16BEName}}

// encodingOf returns the encoding of a text that begins with head, and the length of its
// byte-order mark, which says more than what is said of the file.
func (o *Options) encodingOf(head []byte) (name string, markLength int, err error) {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.bytes)) {
			return m.encoding, len(m.bytes), nil
		}
	}
	e, err := o.encoding()
	if e == nil || err != nil {
		return utf8Name, 0, err
	}
	name, err = htmlindex.Name(e)
	return name, 0, err
}

// newDecoder returns r, whose encoding has that name, as UTF-8.
func newDecoder(name string, r io.Reader) (io.Reader, error) {
	switch name {
	case utf8Name:
		return r, nil
	case utf16LEName, utf16BEName:
		return &decoder{r: r, decode: utf16Decoder{big: name == utf16BEName}.decode}, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, err
	}
	if c, ok := e.(*charmap.Charmap); ok {
		return &decoder{r: r, decode: newByteDecoder(c).decode}, nil
	}
	return &decoder{r: transform.NewReader(r, encoding.Encoding.NewDecoder(e)), decode: markReplacements}, nil
}

// A decoder is a stream decoded to UTF-8.
type decoder struct {
	r io.Reader
	// decode appends what src is in UTF-8 to dst, and returns how much of src that is:
	// all of it if last is set.
	decode func(dst, src []byte, last bool) (out []byte, n int)

	in, out []byte // read and not decoded; decoded and not given
	buffer  []byte // of out
	err     error
}

const decodeSize = 64 << 10

func (d *decoder) Read(p []byte) (n int, err error) {
	if d.in == nil {
		d.in = make([]byte, 0, decodeSize)
	}
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		have := len(d.in)
		k, err := d.r.Read(d.in[have:decodeSize])
		d.in, d.err = d.in[:have+k], err
		var used int
		d.buffer, used = d.decode(d.buffer[:0], d.in, err == io.EOF)
		d.out = d.buffer
		d.in = d.in[:copy(d.in, d.in[used:])]
	}
	n = copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

type utf16Decoder struct{ big bool }

// decode decodes UTF-16, four ASCII characters at a time where it can.
func (d utf16Decoder) decode(dst, src []byte, last bool) (out []byte, n int) {
	order, notASCII, shift := binary.ByteOrder(binary.LittleEndian), uint64(0xff80ff80ff80ff80), 0
	if d.big {
		order, notASCII, shift = binary.BigEndian, 0x80ff80ff80ff80ff, 8
	}
	i := 0
	for i+1 < len(src) {
		if i+8 <= len(src) {
			if x := binary.LittleEndian.Uint64(src[i:]); x&notASCII == 0 {
				x >>= shift
				x = (x | x>>8) & 0x0000ffff0000ffff
				dst = binary.LittleEndian.AppendUint32(dst, uint32(x|x>>16))
				i += 8
				continue
			}
		}
		r := rune(order.Uint16(src[i:]))
		if !utf16.IsSurrogate(r) {
			dst = utf8.AppendRune(dst, r)
			i += 2
			continue
		}
		if i+3 >= len(src) && !last {
			break
		}
		pair := utf8.RuneError
		if i+3 < len(src) {
			pair = utf16.DecodeRune(r, rune(order.Uint16(src[i+2:])))
		}
		if pair == utf8.RuneError {
			dst = append(dst, illFormed)
			i += 2
			continue
		}
		dst = utf8.AppendRune(dst, pair)
		i += 4
	}
	if last && i < len(src) {
		dst = append(dst, illFormed)
		i = len(src)
	}
	return dst, i
}

// A byteDecoder decodes an encoding of one byte a character.
type byteDecoder struct {
	ascii bool // the first 128 are those of ASCII
	texts [256][]byte
}

func newByteDecoder(c *charmap.Charmap) *byteDecoder {
	d := &byteDecoder{ascii: true}
	for b := range 256 {
		r := c.DecodeByte(byte(b))
		d.texts[b] = utf8.AppendRune(nil, r)
		if r == utf8.RuneError {
			d.texts[b] = []byte{illFormed}
		}
		if b < utf8.RuneSelf && r != rune(b) {
			d.ascii = false
		}
	}
	return d
}

func (d *byteDecoder) decode(dst, src []byte, _ bool) (out []byte, n int) {
	for i := 0; i < len(src); {
		if d.ascii && i+8 <= len(src) {
			if x := binary.LittleEndian.Uint64(src[i:]); x&0x8080808080808080 == 0 {
				dst = binary.LittleEndian.AppendUint64(dst, x)
				i += 8
				continue
			}
		}
		dst = append(dst, d.texts[src[i]]...)
		i++
	}
	return dst, len(src)
}

// markReplacements writes illFormed for U+FFFD in what another decoder wrote.
func markReplacements(dst, src []byte, last bool) (out []byte, n int) {
	const replacement = "\uFFFD"
	for {
		i := bytes.Index(src[n:], []byte(replacement))
		if i < 0 {
			break
		}
		dst = append(dst, src[n:n+i]...)
		dst = append(dst, illFormed)
		n += i + len(replacement)
	}
	keep := 0 // of a replacement that may go on
	if !last {
		for keep = len(replacement) - 1; keep > 0; keep-- {
			if len(src)-n >= keep && bytes.HasSuffix(src[n:], []byte(replacement[:keep])) {
				break
			}
		}
	}
	return append(dst, src[n:len(src)-keep]...), len(src) - keep
}
