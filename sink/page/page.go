package page

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"sync"

	"github.com/sav-analytics/sav/sink"
)

//go:embed template
var files embed.FS

// The page names the hashes of its style and its script, and browsers run no
// others: were a text of the input ever to become markup, nothing would come of it.
//
// Parsing the templates takes as long as all else that a command does to begin, and
// few make a page.
var pages = sync.OnceValue(func() *template.Template {
	style, script := mustRead("template/page.css"), mustRead("template/page.js")
	return template.Must(template.New("").Funcs(template.FuncMap{
		"time": human, "exact": exact, "span": span, "exactSpan": exactSpan, "shareSpan": shareSpan, "count": thousands, "counted": counted, "share": percent, "number": decimal, "name": name, "shortName": shortName, "raw": raw, "rowHeight": func() int { return rowHeight },
		"style":      func() template.CSS { return template.CSS(style) },
		"script":     func() template.JS { return template.JS(script) },
		"styleHash":  func() string { return hash(style) },
		"scriptHash": func() string { return hash(script) },
	}).ParseFS(files, "template/*.html"))
})

// Write writes the page of a result. The same result gives the same bytes.
func Write(w io.Writer, result *sink.Result) error {
	v, err := newView(result)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	if err := pages().ExecuteTemplate(buf, "page.html", v); err != nil {
		return err
	}
	return buf.Flush()
}

func mustRead(name string) string {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(data)
}

// hash is how a Content-Security-Policy names a text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
