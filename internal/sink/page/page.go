package page

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"sync"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/sink/rundir"
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
	functions := functionsOf(&words{})
	for name, f := range map[string]any{
		"style":      func() template.CSS { return template.CSS(style) },
		"script":     func() template.JS { return template.JS(script) },
		"styleHash":  func() string { return hash(style) },
		"scriptHash": func() string { return hash(script) },
	} {
		functions[name] = f
	}
	return template.Must(template.New("").Funcs(functions).ParseFS(files, "template/*.html"))
})

// functionsOf returns what templates call to write in a language.
func functionsOf(w *words) template.FuncMap {
	return template.FuncMap{
		"t": w.t, "words": func() *words { return w }, "time": w.human, "span": w.span, "share": w.percent,
		"shareSpan": w.shareSpan, "count": w.count, "number": w.decimal, "exact": exact, "name": name,
		"shortName": shortName, "isolate": isolate, "raw": raw, "rowHeight": func() int { return rowHeight },
		"tip": newTip,
	}
}

// Options say how a page is written. The zero value is English.
type Options struct {
	Language string // one of Languages; empty is en
}

// Write writes the page of a result. The same result gives the same bytes.
func Write(to io.Writer, result *rundir.Result, opts Options) error {
	opts.Language = cmp.Or(opts.Language, "en")
	w, err := newWords(opts.Language)
	if err != nil {
		return err
	}
	whole, err := analysis.Whole(result.Report)
	if err != nil {
		return err
	}
	v, err := newView(w, &rundir.Result{Run: result.Run, Report: whole, Detail: result.Detail})
	if err != nil {
		return err
	}
	t, err := pages().Clone()
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(to, 1<<16)
	if err := t.Funcs(functionsOf(w)).ExecuteTemplate(buf, "page.html", v); err != nil {
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

// hash returns how a Content-Security-Policy names a text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
