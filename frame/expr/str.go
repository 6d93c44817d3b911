package expr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sav-analytics/sav/frame/internal/eval"
	"github.com/sav-analytics/sav/frame/internal/vec"
	"github.com/sav-analytics/sav/internal/instant"
	"github.com/sav-analytics/sav/internal/zone"
)

// A Str is the text of an expression. Its methods look at each text or change it, and return Text where they do not say
// another type; those of null are null, and those of another type than Text an error. All work once on each distinct
// word of a column and are O(n) beside that.
type Str struct{ of Expr }

// Str returns e, which must be Text, for the methods on text.
func (e Expr) Str() Str { return Str{e} }

// Lower returns the text in lower case.
func (t Str) Lower() Expr { return t.mapped("Lower()", plainly(strings.ToLower)) }

// Upper returns the text in upper case.
func (t Str) Upper() Expr { return t.mapped("Upper()", plainly(strings.ToUpper)) }

// Trim returns the text without the white space at its ends.
func (t Str) Trim() Expr { return t.mapped("Trim()", plainly(strings.TrimSpace)) }

// Replace returns the text with every old replaced by new.
func (t Str) Replace(old, new string) Expr {
	return t.mapped(fmt.Sprintf("Replace(%q, %q)", old, new), plainly(func(word string) string {
		return strings.ReplaceAll(word, old, new)
	}))
}

// ReplaceRegexp returns the text with every match of pattern replaced by new, in which $1 stands for the first group,
// as in [regexp.Regexp.ReplaceAllString]. A pattern that package regexp does not compile is an error.
func (t Str) ReplaceRegexp(pattern, new string) Expr {
	re, err := regexp.Compile(pattern)
	return t.mapped(fmt.Sprintf("ReplaceRegexp(%q, %q)", pattern, new), func(word string) (string, bool, error) {
		if err != nil {
			return "", false, err
		}
		return re.ReplaceAllString(word, new), true, nil
	})
}

// Extract returns the part of the text that group number group of pattern matches, 0 being the whole match; null if the
// pattern does not match. A wrong pattern, and a group that it does not have, are an error.
func (t Str) Extract(pattern string, group int) Expr {
	re, err := regexp.Compile(pattern)
	if err == nil && (group < 0 || group > re.NumSubexp()) {
		err = fmt.Errorf("group %d of a pattern with %d", group, re.NumSubexp())
	}
	return t.mapped(fmt.Sprintf("Extract(%q, %d)", pattern, group), func(word string) (string, bool, error) {
		if err != nil {
			return "", false, err
		}
		at := re.FindStringSubmatchIndex(word)
		if at == nil || at[2*group] < 0 {
			return "", false, nil
		}
		return word[at[2*group]:at[2*group+1]], true, nil
	})
}

// Split returns part number i of the text split at every sep, from 0, or from −1 for the last one; null if there is
// none. An empty sep is an error.
func (t Str) Split(sep string, i int) Expr {
	return t.mapped(fmt.Sprintf("Split(%q, %d)", sep, i), func(word string) (string, bool, error) {
		if sep == "" {
			return "", false, errors.New("no separator")
		}
		parts := strings.Split(word, sep)
		k := i
		if k < 0 {
			k += len(parts)
		}
		if k < 0 || k >= len(parts) {
			return "", false, nil
		}
		return parts[k], true, nil
	})
}

// Len returns the number of characters (runes) of the text, an Int64.
func (t Str) Len() Expr {
	return t.lookup("Len()", func(s *scope, text string, v value) (*eval.Node, error) {
		lengths := make([]int64, len(v.node.Dict))
		for i, word := range v.node.Dict {
			lengths[i] = int64(utf8.RuneCountInString(word))
		}
		return eval.Lookup(v.node, vec.Vec{Kind: vec.Int, N: len(lengths), Ints: lengths}), nil
	})
}

// Contains returns whether part occurs in the text, a Bool.
func (t Str) Contains(part string) Expr {
	return t.where(fmt.Sprintf("Contains(%q)", part), func(word string) bool { return strings.Contains(word, part) })
}

// StartsWith returns whether the text begins with prefix, a Bool.
func (t Str) StartsWith(prefix string) Expr {
	return t.where(
		fmt.Sprintf("StartsWith(%q)", prefix), func(word string) bool { return strings.HasPrefix(word, prefix) },
	)
}

// EndsWith returns whether the text ends with suffix, a Bool.
func (t Str) EndsWith(suffix string) Expr {
	return t.where(
		fmt.Sprintf("EndsWith(%q)", suffix), func(word string) bool { return strings.HasSuffix(word, suffix) },
	)
}

// Match returns whether the regular expression pattern, of package regexp, matches any part of the text, a Bool. A
// wrong pattern is an error.
func (t Str) Match(pattern string) Expr {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return t.lookup(
			fmt.Sprintf("Match(%q)", pattern), func(*scope, string, value) (*eval.Node, error) { return nil, err },
		)
	}
	return t.where(fmt.Sprintf("Match(%q)", pattern), re.MatchString)
}

// Time returns the text as a Time. The forms are those that a column of times in a file may have (see package frameio),
// or, if layouts are given, these, of package time. A time without an offset is local to in; nil is UTC. A text in none
// of the forms is an error; [Expr.TryCast] makes it null.
func (t Str) Time(in *time.Location, layouts ...string) Expr {
	return t.lookup("Time()", func(s *scope, text string, v value) (*eval.Node, error) {
		read := func(word string) (int64, error) { return inLayouts(word, in, layouts) }
		if len(layouts) == 0 {
			local := zone.In(in)
			read = func(word string) (int64, error) { return instant.ParseText(word, local) }
		}
		return s.parse(text, v, false, vec.Time, func(table vec.Vec, i int, word string) (err error) {
			table.Ints[i], err = read(word)
			return err
		})
	})
}

// inLayouts returns the time that a word is in the first of the layouts that fits.
func inLayouts(word string, in *time.Location, layouts []string) (int64, error) {
	if in == nil {
		in = time.UTC
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, word, in); err == nil {
			return t.UnixMicro(), nil
		}
	}
	return 0, fmt.Errorf("%q is not a time in the layout %q", word, layouts)
}

// plainly returns fn, which never fails, for mapped.
func plainly(fn func(string) string) func(string) (string, bool, error) {
	return func(word string) (string, bool, error) { return fn(word), true, nil }
}

// lookup returns the node that fn makes of the text.
func (t Str) lookup(call string, fn func(s *scope, text string, v value) (*eval.Node, error)) Expr {
	text := t.of.String() + ".Str()." + call
	return combine(text, func(s *scope, v []value) (*eval.Node, error) {
		of := v[0].like(value{node: nulls(vec.Text)})
		if of.node.Kind != vec.Text {
			return nil, wrongKind(of.node.Kind, "text")
		}
		return fn(s, text, of)
	}, t.of)
}

func (t Str) where(call string, hold func(word string) bool) Expr {
	return t.lookup(call, func(_ *scope, _ string, v value) (*eval.Node, error) { return wordsWhere(v, hold) })
}

// mapped returns the text that fn makes of each word, null where it says false.
func (t Str) mapped(call string, fn func(word string) (string, bool, error)) Expr {
	return t.lookup(call, func(s *scope, text string, v value) (*eval.Node, error) {
		words := make([]string, len(v.node.Dict))
		known := vec.NewBits(len(words))
		for i, word := range v.node.Dict {
			made, ok, err := fn(word)
			if err != nil {
				return nil, err
			}
			if words[i] = made; ok {
				vec.Set(known, i)
			}
		}
		// Two words may become one: intern them.
		return eval.Lookup(v.node, vec.Intern(words, known)), nil
	})
}
