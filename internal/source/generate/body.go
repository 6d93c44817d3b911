package generate

import (
	_ "embed"
	"strings"
)

// texts.txt holds what people write: a line "# language side" begins the
// phrases of one side (client or merchant), one a line, `\n` being a line break.
//
//go:embed texts.txt
var textsFile string

// phrases are the texts of a language: of clients, and of those who answer. They
// are escaped for a quoted CSV field and end with the space or line break
// that parts them from the next.
type phrases [2][]string

const (
	sideClient = iota
	sideMerchant
)

// A writer writes the body column.
type writer struct {
	seed   uint64
	mean   int64
	spoken [len(countries)]*phrases
}

func newWriter(seed uint64, mean int) *writer {
	w := &writer{seed: seed, mean: int64(mean)}
	texts := parseTexts(textsFile)
	for i, c := range countries {
		switch c {
		case "FR", "BE", "LU", "CH":
			w.spoken[i] = texts["fr"]
		case "DE", "AT":
			w.spoken[i] = texts["de"]
		case "ES":
			w.spoken[i] = texts["es"]
		default:
			w.spoken[i] = texts["en"]
		}
	}
	return w
}

func parseTexts(file string) map[string]*phrases {
	texts := make(map[string]*phrases)
	escape := strings.NewReplacer(`"`, `""`, `\n`, "\n")
	var to *[]string
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\n")
		if head, ok := strings.CutPrefix(line, "# "); ok {
			language, side, _ := strings.Cut(head, " ")
			if texts[language] == nil {
				texts[language] = new(phrases)
			}
			to = &texts[language][sideClient]
			if side == "merchant" {
				to = &texts[language][sideMerchant]
			}
			continue
		}
		phrase := escape.Replace(line)
		if !strings.HasSuffix(phrase, "\n") {
			phrase += " "
		}
		*to = append(*to, phrase)
	}
	return texts
}

// appendBody appends r's text as a quoted field, its length between a quarter
// and seven quarters of the mean, to the nearest word. It depends on the
// message only, so that a row that comes twice is the same twice.
func (w *writer) appendBody(dst []byte, r *row) []byte {
	d := newDraws(w.seed+streamBody<<32, uint64(r.id))
	side := sideMerchant
	if r.role == byClient {
		side = sideClient
	}
	said := w.spoken[r.country][side]
	want := w.mean/4 + d.below(w.mean*3/2+1)
	from := len(dst)
	dst = append(dst, '"')
	n := int64(len(said))
	k := max(0, d.below(2*n)-n) // every other message begins with the greeting
	for {
		phrase := said[k]
		// The closing quote takes the place of the last space.
		room := int(want) - (len(dst) - from)
		if len(phrase) > room {
			dst = appendWords(dst, phrase, room)
			break
		}
		dst = append(dst, phrase...)
		if k += 1 + d.below(3); k >= n {
			k -= n - 1
		}
	}
	for len(dst) > from+1 && (dst[len(dst)-1] == ' ' || dst[len(dst)-1] == '\n') {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '"')
}

// appendWords appends the number of words of phrase that comes nearest to room bytes.
func appendWords(dst []byte, phrase string, room int) []byte {
	for phrase != "" {
		n := 1 + strings.IndexByte(phrase, ' ')
		if n == 0 {
			n = len(phrase)
		}
		if n/2 > room {
			break
		}
		dst = append(dst, phrase[:n]...)
		phrase, room = phrase[n:], room-n
	}
	return dst
}
