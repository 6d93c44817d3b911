package exports

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// A Shape is how a tool exports its messages.
type Shape struct {
	Name  string // of the file, with the ending that it would have
	Kinds Kinds
	// Merchants says that the rows tell which merchant a message is of.
	Merchants bool
	// Precision is that of the times; 0 is a second.
	Precision time.Duration

	file         *template.Template // of a []Message
	latin1, crlf bool
}

// Shapes are those of many tools, by their documented formats.
var Shapes = parseShapes()

// shapesText has a template for each shape. A line "# name words" begins it: the words say what else a Shape has.
//
//go:embed shapes.txt
var shapesText string

func parseShapes() (shapes []Shape) {
	for text := range strings.SplitSeq(strings.TrimPrefix(shapesText, "# "), "\n# ") {
		head, file, _ := strings.Cut(text, "\n")
		words := strings.Fields(head)
		s := Shape{Name: words[0], file: template.Must(template.New(words[0]).Funcs(functions).Parse(file))}
		for _, word := range words[1:] {
			switch word {
			case "one-person":
				s.Kinds.OnePerson = true
			case "notes":
				s.Kinds.Notes = true
			case "bots":
				s.Kinds.Bots = true
			case "system":
				s.Kinds.System = true
			case "merchants":
				s.Merchants = true
			case "to-the-minute":
				s.Precision = time.Minute
			case "latin1":
				s.latin1 = true
			case "crlf":
				s.crlf = true
			default: // shops=N
				s.Kinds.Shops, _ = strconv.Atoi(strings.TrimPrefix(word, "shops="))
			}
		}
		shapes = append(shapes, s)
	}
	return shapes
}

// Write returns the export of messages.
func (s Shape) Write(messages []Message) []byte {
	var b bytes.Buffer
	if err := s.file.Execute(&b, messages); err != nil {
		panic(err)
	}
	data := b.Bytes()
	if s.crlf {
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	if !s.latin1 {
		return data
	}
	var latin1 []byte // whose characters are the first of Unicode
	for _, r := range string(data) {
		latin1 = append(latin1, byte(r))
	}
	return latin1
}

// functions are those of the templates.
var functions = template.FuncMap{
	// by returns the value for who wrote a message: a client, a merchant, a note, a bot, the system; the last is
	// also that of those who follow.
	"by":  func(m Message, values ...any) any { return values[min(int(m.By), len(values)-1)] },
	"iso": func(t time.Time) string { return t.Format("2006-01-02T15:04:05Z") },
	"csv": func(delimiter, cell string) string {
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma = rune(delimiter[0])
		w.Write([]string{cell})
		w.Flush()
		return strings.TrimSuffix(b.String(), "\n")
	},
	"json": func(text string) (string, error) {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(text)
		return strings.TrimSuffix(b.String(), "\n"), err
	},
	"backslash": strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace,
	"mysql":     strings.NewReplacer(`\`, `\\`, "\t", `\`+"\t", "\n", `\`+"\n").Replace, // SELECT … INTO OUTFILE
	"reverse": func(messages []Message) []Message {
		messages = slices.Clone(messages)
		slices.Reverse(messages)
		return messages
	},
	"seventh": func(id int) bool { return id%7 == 0 },
}
