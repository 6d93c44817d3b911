package dialect

import (
	"errors"
	"fmt"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// Options say what of a file cannot be found out, or not rightly. The zero value finds
// out everything.
type Options struct {
	// Delimiter stands between the fields of delimited text; 0 is the likeliest of
	// comma, semicolon, tab and bar.
	Delimiter byte
	// SkipLines is the number of lines before the header.
	SkipLines int
	// NoQuotes says that quotes are characters like others.
	NoQuotes bool
	// Backslash says that a backslash stands for the byte after it.
	Backslash bool
	// Encoding is that of text without a byte-order mark, by one of the labels of the
	// WHATWG's Encoding Standard; "" is UTF-8.
	Encoding string
}

// Suggest returns which [Options] would make a file readable that gave err; the zero
// value if nothing is known.
func Suggest(err error) (o Options) {
	if foreign, ok := errors.AsType[*Foreign](err); ok {
		o.Encoding = foreign.Encoding
	}
	if header, ok := errors.AsType[*HeaderError](err); ok {
		o.SkipLines, o.Delimiter = header.SkipLines, header.Delimiter
	}
	return o
}

// Check returns an error that names the first option that cannot be.
func (o *Options) Check() error {
	if o.Delimiter != 0 {
		if err := checkDelimiter(o.Delimiter); err != nil {
			return err
		}
	}
	if o.SkipLines < 0 {
		return fmt.Errorf("%d lines cannot be skipped", o.SkipLines)
	}
	_, err := o.encoding()
	return err
}

// encoding returns the encoding that the label names; nil is UTF-8.
func (o *Options) encoding() (encoding.Encoding, error) {
	if o.Encoding == "" {
		return nil, nil
	}
	e, err := htmlindex.Get(o.Encoding)
	if err != nil {
		return nil, fmt.Errorf(
			"unknown encoding %q: expected a label such as utf-8, utf-16le, windows-1252 or iso-8859-15", o.Encoding)
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "replacement" || name == "x-user-defined" {
		return nil, fmt.Errorf("encoding %q cannot be read", o.Encoding)
	}
	if name == "utf-8" {
		return nil, nil
	}
	return e, nil
}

func checkDelimiter(b byte) error {
	if b == 0 || b == '\n' || b == '\r' || b == '"' || b == '\\' || b >= 0x80 {
		return fmt.Errorf("delimiter %q: expected an ASCII character that is no quote, backslash or line break", b)
	}
	return nil
}
