package exports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// table writes CSV with a delimiter.
type table struct {
	delimiter rune
	crlf      bool
	rows      [][]string
}

func (t *table) add(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = text(cell)
	}
	t.rows = append(t.rows, row)
}

func text(cell any) string {
	switch cell := cell.(type) {
	case string:
		return cell
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(cell)
	}
	return fmt.Sprint(cell)
}

func (t *table) bytes() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if t.delimiter != 0 {
		w.Comma = t.delimiter
	}
	w.UseCRLF = t.crlf
	w.WriteAll(t.rows) // a buffer takes all
	return b.Bytes()
}

// lines writes JSON Lines.
func lines(objects []map[string]any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, o := range objects {
		if err := e.Encode(o); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// array writes one JSON array.
func array(objects []map[string]any) []byte {
	data, err := json.MarshalIndent(objects, "", "  ")
	if err != nil {
		panic(err)
	}
	return data
}

// latin1 is text in ISO 8859-1, which its characters all have.
func latin1(utf8 []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(utf8) {
		b.WriteByte(byte(r))
	}
	return b.Bytes()
}

// mysqlEscaped returns a cell as SELECT … INTO OUTFILE writes it.
func mysqlEscaped(s string) string {
	if s == "" {
		return `\N`
	}
	return strings.NewReplacer(`\`, `\\`, "\t", `\`+"\t", "\n", `\`+"\n").Replace(s)
}

func iso(t time.Time) string { return t.Format("2006-01-02T15:04:05Z") }

func choose[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}
