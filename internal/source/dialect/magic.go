package dialect

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// A Format is what the rows of a file are written in.
type Format uint8

// The formats.
const (
	FormatCSV       Format = iota // delimited text, with whatever delimiter
	FormatJSONLines               // an object a line
	FormatJSONArray               // one array of objects
	FormatParquet                 // columns of a table
)

// String returns the format's name.
func (f Format) String() string {
	switch f {
	case FormatCSV:
		return "CSV"
	case FormatJSONLines:
		return "JSON Lines"
	case FormatJSONArray:
		return "a JSON array"
	case FormatParquet:
		return "Parquet"
	}
	return fmt.Sprintf("Format(%d)", uint8(f))
}

// A Foreign is a file that is recognised and not read, and what to do with it.
type Foreign struct {
	What string // such as "a ZIP archive"
	Do   string // such as "unpack it first"
	// Encoding is the one that would make it readable, if that is all that it needs.
	Encoding string
}

func (f *Foreign) Error() string { return "is " + f.What + ": " + f.Do }

// foreign are the files that are recognised by bytes at a fixed place.
var foreign = []struct {
	at    int
	magic string
	Foreign
}{
	{0, "SQLite format 3\x00", Foreign{What: "a SQLite database",
		Do: "export the rows, with sqlite3 -header -csv FILE 'SELECT …' > messages.csv"}},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Foreign{What: "an old Excel workbook (.xls)",
		Do: "save the sheet as CSV UTF-8"}},
	{0, "%PDF-", Foreign{What: "a PDF document", Do: "ask for the export as CSV"}},
	{0, `{\rtf`, Foreign{What: "a rich text document", Do: "save it as plain text"}},
	{0, "7z\xbc\xaf\x27\x1c", Foreign{What: "a 7-Zip archive", Do: "unpack it first"}},
	{0, "Rar!\x1a\x07", Foreign{What: "a RAR archive", Do: "unpack it first"}},
	{0, "\xfd7zXZ\x00", Foreign{What: "compressed with xz", Do: "decompress it first, with xz -dk FILE"}},
	{0, "\x04\x22\x4d\x18", Foreign{What: "compressed with LZ4", Do: "decompress it first, with lz4 -d FILE"}},
	{0, "\xff\x06\x00\x00sNaPpY", Foreign{What: "compressed with Snappy", Do: "decompress it first"}},
	{0, "LZIP", Foreign{What: "compressed with lzip", Do: "decompress it first"}},
	{0, "\x1f\x9d", Foreign{What: "compressed with compress (.Z)", Do: "decompress it first, with gzip -d FILE"}},
	{257, "ustar", Foreign{What: "a tar archive", Do: "unpack it first"}},
	{0, "ARROW1\x00\x00", Foreign{What: "an Arrow or Feather file", Do: "save it as Parquet or CSV"}},
	{0, "FEA1", Foreign{What: "a Feather file", Do: "save it as Parquet or CSV"}},
	{0, "ORC", Foreign{What: "an ORC file", Do: "save it as Parquet or CSV"}},
	{0, "Obj\x01", Foreign{What: "an Avro file", Do: "save it as Parquet, JSON Lines or CSV"}},
	{0, "\x89HDF\r\n\x1a\n", Foreign{What: "an HDF5 file", Do: "save it as Parquet or CSV"}},
	{8, "DUCK", Foreign{What: "a DuckDB database",
		Do: "export the rows, with COPY (SELECT …) TO 'messages.parquet'"}},
	{0, "PGDMP", Foreign{What: "a dump of PostgreSQL in its own format",
		Do: "restore it, and read the table from the database or export it as CSV"}},
	{0, "PARE", Foreign{What: "a Parquet file with an encrypted footer", Do: "decrypt it first"}},
	{0, "\x89PNG\r\n\x1a\n", Foreign{What: "a picture", Do: "ask for the export as CSV"}},
	{0, "\xff\xd8\xff", Foreign{What: "a picture", Do: "ask for the export as CSV"}},
	{0, "\x7fELF", Foreign{What: "a program", Do: "expected CSV, JSON Lines or Parquet"}},
	{0, "\xff\xfe\x00\x00", Foreign{What: "in UTF-32", Do: "convert it, with iconv -f UTF-32 -t UTF-8"}},
	{0, "\x00\x00\xfe\xff", Foreign{What: "in UTF-32", Do: "convert it, with iconv -f UTF-32 -t UTF-8"}},
}

// foreignText are the files that are recognised by what their text begins with, white
// space and case aside.
var foreignText = []struct {
	begins *regexp.Regexp
	Foreign
}{
	{regexp.MustCompile(`^(<!doctype html|<html|<head|<body|<table|<meta|<!--)`), Foreign{What: "an HTML page",
		Do: "save the table as CSV; a page in place of an export may be an error or a login of the service"}},
	{regexp.MustCompile(`^<(\?xml|[a-z!])`), Foreign{What: "XML", Do: "convert it to CSV or JSON Lines"}},
	{regexp.MustCompile(`^(--[ \r\n]|/\*|insert into |insert ignore |create (table|database|schema) |` +
		`drop (table|database) |set (names|@|statement_timeout|sql_mode)|begin( transaction)?;[ \t]*[\r\n]|pragma |` +
		`copy [^ ]+ (\([^)]*\) )?from stdin|start transaction)`),
		Foreign{What: "a SQL dump", Do: "load it into a database and read the table, or export the table as CSV"}},
	{regexp.MustCompile(`^\x{200e}?\[?[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4},? ` +
		`[0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2})?( ?[ap]\.?m\.?)?(\]| -) .*: `),
		Foreign{What: "a chat exported by WhatsApp", Do: "convert it to CSV, with a line for each message"}},
}

// binaryFormat returns the error that names a file that is no text, by the bytes that it
// begins with, and reports whether it is Parquet.
func binaryFormat(head []byte) (parquet bool, err error) {
	if bytes.HasPrefix(head, []byte("PAR1")) {
		return true, nil
	}
	for _, magic := range []string{"PK\x03\x04", "PK\x05\x06", "PK\x07\x08"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return false, zipped(head)
		}
	}
	for i := range foreign {
		f := &foreign[i]
		found := len(head) >= f.at && bytes.HasPrefix(head[f.at:], []byte(f.magic))
		if found && (!letters.MatchString(f.magic) || isBinary(head)) {
			return false, &f.Foreign
		}
	}
	return false, nil
}

// letters matches what a column's name may begin with, too: PARENT_ID begins as Parquet
// with an encrypted footer does.
var letters = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// isBinary reports whether a file begins with bytes that are not those of a text.
func isBinary(head []byte) bool {
	return bytes.ContainsFunc(head[:min(len(head), 512)], func(r rune) bool { return r < '\t' })
}

// textFormat returns the format of a text that begins with head, in UTF-8 and without a
// byte-order mark; last says that this is all of it.
func textFormat(head []byte, last bool) (Format, error) {
	text := bytes.TrimLeft(head, " \t\r\n")
	beginning := strings.ToLower(string(text[:min(len(text), 256)]))
	for i := range foreignText {
		if f := &foreignText[i]; f.begins.MatchString(beginning) {
			return 0, &f.Foreign
		}
	}
	switch {
	case len(text) > 0 && text[0] == '{':
		return FormatJSONLines, nil
	case len(text) > 0 && text[0] == '[' && arrayBegins(text[1:], last):
		return FormatJSONArray, nil
	case mostlyControls(text):
		return 0, &Foreign{What: "a binary file of an unknown kind", Do: "expected CSV, JSON Lines or Parquet"}
	}
	return FormatCSV, nil
}

var arrayValue = regexp.MustCompile(`^[ \t\r\n]*([\]{["]|(-?[0-9][-+0-9.eE]*|true|false|null|NaN)[ \t\r\n]*[,\]])`)

// arrayBegins reports whether text, which stands after a bracket, goes on as a JSON
// array does: a header may begin with a bracket, too.
func arrayBegins(text []byte, last bool) bool {
	if arrayValue.Match(text) {
		return true
	}
	return len(bytes.TrimLeft(text, " \t\r\n")) == 0 && !last
}

// zipped returns what a ZIP archive is, by the names of its first entries.
func zipped(head []byte) *Foreign {
	switch {
	case bytes.Contains(head, []byte("xl/")),
		bytes.Contains(head, []byte("[Content_Types].xml")) && !bytes.Contains(head, []byte("word/")):
		return &Foreign{What: "an Excel workbook (.xlsx)", Do: "save the sheet as CSV UTF-8"}
	case bytes.Contains(head, []byte("opendocument.spreadsheet")):
		return &Foreign{What: "an OpenDocument spreadsheet (.ods)", Do: "save the sheet as CSV"}
	case bytes.Contains(head, []byte("word/")) || bytes.Contains(head, []byte("opendocument")):
		return &Foreign{What: "a text document", Do: "ask for the export as CSV"}
	}
	return &Foreign{What: "a ZIP archive", Do: "unpack it first, or unzip -p FILE into standard input"}
}

// unmarkedUTF16 returns an error if every other byte of the first is zero, as in UTF-16.
func unmarkedUTF16(head []byte) error {
	sample := head[:min(len(head), 1024)]
	var zeros [2]int
	for i, b := range sample {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(sample) / 2
	if half < 8 {
		return nil
	}
	for i, name := range []string{"utf-16be", "utf-16le"} {
		if zeros[i] > half*3/4 && zeros[1-i] < half/20+1 {
			return &Foreign{What: "UTF-16 without a byte-order mark", Do: "name the encoding " + name, Encoding: name}
		}
	}
	return nil
}

// mostlyControls reports whether a text's first line has too many control characters to
// be one.
func mostlyControls(text []byte) bool {
	sample := text[:min(len(text), 512)]
	if i := bytes.IndexAny(sample, "\r\n"); i >= 0 {
		sample = sample[:i]
	}
	controls := 0
	for _, b := range sample {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1b {
			controls++
		}
	}
	return controls > 0 && controls > len(sample)/10
}
