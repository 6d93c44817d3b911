package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// A language is a file lang/TAG.json: the page's English texts and what stands for
// them. A text that counts one thing has an object in place of a string, with a text for
// each plural form of its first argument. English has a file of plural forms alone.
//
//go:embed lang/*.json
var langFiles embed.FS

// Languages returns the tags of the languages that a page can be written in.
func Languages() []string {
	files, err := langFiles.ReadDir("lang")
	if err != nil {
		return nil // never: it is part of the program
	}
	var tags []string
	for _, f := range files {
		tags = append(tags, strings.TrimSuffix(f.Name(), ".json"))
	}
	return tags
}

// translations reads all languages once.
var translations = sync.OnceValues(func() (catalog.Catalog, error) {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for _, tag := range Languages() {
		texts, err := readLanguage(tag)
		if err != nil {
			return nil, err
		}
		for key, text := range texts {
			if err := b.Set(language.Make(tag), key, text.message()); err != nil {
				return nil, fmt.Errorf("page: %s: %q: %w", tag, key, err)
			}
		}
	}
	return b, nil
})

// A translation is a text, or one for each plural form of its first argument.
type translation struct {
	Text  string
	Forms map[string]string
}

func (t *translation) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &t.Text) == nil {
		return nil
	}
	return json.Unmarshal(data, &t.Forms)
}

func (t translation) message() catalog.Message {
	if t.Forms == nil {
		return catalog.String(t.Text)
	}
	var cases []any
	for _, form := range []string{"one", "two", "few", "many", "other"} {
		if text, ok := t.Forms[form]; ok {
			cases = append(cases, form, text)
		}
	}
	return plural.Selectf(1, "%d", cases...)
}

func readLanguage(tag string) (map[string]translation, error) {
	data, err := langFiles.ReadFile("lang/" + tag + ".json")
	if err != nil {
		return nil, fmt.Errorf("page: no language %q; expected one of %s", tag, strings.Join(Languages(), ", "))
	}
	var texts map[string]translation
	if err := json.Unmarshal(data, &texts); err != nil {
		return nil, fmt.Errorf("page: lang/%s.json: %w", tag, err)
	}
	return texts, nil
}

// words writes texts, numbers and times in a language.
type words struct {
	tag string
	p   *message.Printer
}

func newWords(tag string) (*words, error) {
	if !slices.Contains(Languages(), tag) {
		return nil, fmt.Errorf("page: no language %q; expected one of %s", tag, strings.Join(Languages(), ", "))
	}
	all, err := translations()
	if err != nil {
		return nil, err
	}
	return &words{tag, message.NewPrinter(language.Make(tag), message.Catalog(all))}, nil
}

// t returns the text that stands for an English one, with arguments as of fmt.Sprintf.
func (w *words) t(text string, arguments ...any) string { return w.p.Sprintf(text, arguments...) }
