package intake

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sav-analytics/sav/internal/nearest"
	"github.com/sav-analytics/sav/source"
)

// ResolveHeader finds the columns of an input by their names. Names match by their
// ASCII letters, without case, and digits alone. The column that rules name for a
// field wins over one with its canonical name, and that over one with an alias. The
// error says all that is missing, what is there, and which names are near; it is
// a [source.RulesError] where the rules cannot be meant for such an input.
func ResolveHeader(names []string, rules *source.Rules) (*source.Header, error) {
	h, missing, err := FindColumns(names, rules)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, missingError(h, missing)
	}
	return h, nil
}

// FindColumns is ResolveHeader for an input that may lack columns: it returns the
// fields that are needed and missing.
func FindColumns(names []string, rules *source.Rules) (h *source.Header, missing []source.Field, err error) {
	if rules == nil {
		rules = &source.Rules{}
	}
	h = &source.Header{Names: make([]string, len(names)), Set: rules.Set}
	for i, name := range names {
		h.Names[i] = strings.TrimSpace(string(ValidUTF8([]byte(name))))
	}
	if last := len(names) - 1; last >= 0 && h.Names[last] == "" {
		h.Names = h.Names[:last]
	}
	normal := make([]string, len(h.Names)) // what of the names is compared
	for i, name := range h.Names {
		normal[i] = normalName(name)
	}
	for f := range NumFields {
		at, wrong := find(h, f, normal, rules.Override)
		if _, set := rules.Set[f]; set { // rules that cannot be come before columns that cannot be
			switch {
			case wrong != nil:
				return nil, nil, badRules("a value is set for %s, but the input has %v", f, wrong)
			case at >= 0:
				return nil, nil, badRules("a value is set for %s, but the input has the column %q", f, h.Names[at])
			}
		}
		h.Index[f], err = at, cmp.Or(err, wrong)
	}
	if err != nil {
		return nil, nil, err
	}
	return h, missingFields(h), nil
}

// find returns the column of a field, or -1 if the header does not have the field.
func find(h *source.Header, f source.Field, normal []string, override map[source.Field]string) (int, error) {
	if name, ok := override[f]; ok {
		name = strings.TrimSpace(name)
		if at, err := only(h, f, func(i int) bool { return h.Names[i] == name }); at >= 0 || err != nil {
			return at, err
		}
		at, err := only(h, f, func(i int) bool { return normal[i] != "" && normal[i] == normalName(name) })
		if at < 0 && err == nil {
			err = fmt.Errorf("no column %q for %s; the columns are %s", name, f, list(h.Names))
		}
		return at, err
	}
	for _, wanted := range append([]string{f.String()}, aliases[f]...) {
		wanted = normalName(wanted)
		if at, err := only(h, f, func(i int) bool { return normal[i] == wanted }); at >= 0 || err != nil {
			return at, err
		}
	}
	return -1, nil
}

// only returns the one column that matches, -1 if none does.
func only(h *source.Header, f source.Field, matches func(i int) bool) (int, error) {
	at := -1
	for i := range h.Names {
		switch {
		case !matches(i):
		case at >= 0:
			return -1, fmt.Errorf("two columns of one name for %s: column %d is %q, column %d is %q; "+
				"rename one, or name the one that is meant",
				f, at+1, h.Names[at], i+1, h.Names[i])
		default:
			at = i
		}
	}
	return at, nil
}

// meanings has the names, as they are compared, by which columns have a meaning.
var meanings = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool)
	for f := range NumFields {
		for _, name := range append([]string{f.String()}, aliases[f]...) {
			known[normalName(name)] = true
		}
	}
	return known
})

// HasMeaning reports whether a column of that name has a meaning, by a canonical name or
// an alias.
func HasMeaning(name string) bool { return meanings()[normalName(name)] }

// SameName reports whether two columns' names are one: without case, and without anything
// but ASCII letters and digits.
func SameName(a, b string) bool { return normalName(a) == normalName(b) && normalName(a) != "" }

// CountMeanings returns how many of an input's columns have a meaning: by a canonical
// name, an alias, or the rules.
func CountMeanings(names []string, rules *source.Rules) (n int) {
	for _, name := range names {
		has := HasMeaning(name)
		if rules != nil {
			for _, actual := range rules.Override {
				has = has || strings.TrimSpace(name) == strings.TrimSpace(actual) || SameName(name, actual)
			}
		}
		if has {
			n++
		}
	}
	return n
}

// missingFields returns the fields that an input with these columns needs and lacks.
func missingFields(h *source.Header) (missing []source.Field) {
	has := h.Columns()
	byIDs := !has.Has(source.SenderRole)
	need := needed(has, byIDs)
	if byIDs {
		need |= source.ColumnsOf(source.SenderUserID)
	}
	return slices.Collect((need &^ has).All())
}

// missingError names the missing fields, the names near them and all columns.
func missingError(h *source.Header, missing []source.Field) error {
	if len(h.Names) == 0 {
		return errors.New("has no header: the first line names no column")
	}
	var b strings.Builder
	b.WriteString("lacks ")
	for i, f := range missing {
		switch {
		case i > 0 && i == len(missing)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(f.String())
		if near := Nearest(h, f); near != "" {
			fmt.Fprintf(&b, " (is it %q?)", near)
		}
	}
	if slices.Contains(missing, source.SenderUserID) || slices.Contains(missing, source.MerchantUserID) {
		b.WriteString("; a column sender_role can stand in place of the user ids")
	}
	fmt.Fprintf(&b, "; the columns are %s", list(h.Names))
	return errors.New(b.String())
}

// Nearest returns the column whose name is most like the field's canonical name or, if
// none is near, an alias, and that serves no other field; "" if none is near any.
func Nearest(h *source.Header, f source.Field) string {
	if f >= NumFields {
		return ""
	}
	var free []string
	for i, name := range h.Names {
		if !slices.Contains(h.Index[:], i) {
			free = append(free, name)
		}
	}
	for _, wanted := range append([]string{f.String()}, aliases[f]...) {
		if near := nearest.Name(wanted, free); near != "" {
			return near
		}
	}
	return ""
}

// Unused returns the names of columns that have a meaning by an alias, which
// another column serves.
func Unused(h *source.Header) (names []string) {
	for i, name := range h.Names {
		if slices.Contains(h.Index[:], i) {
			continue
		}
		for f := range NumFields {
			if slices.ContainsFunc(aliases[f],
				func(alias string) bool { return normalName(alias) == normalName(name) }) {
				names = append(names, name)
			}
		}
	}
	return names
}

// list shows column names in an error, cut where they are too many or too long.
func list(names []string) string {
	const maxNames, maxLength = 30, 40
	var b strings.Builder
	for i, name := range names {
		if i == maxNames {
			fmt.Fprintf(&b, " and %d more", len(names)-maxNames)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if r := []rune(name); len(r) > maxLength {
			name = string(r[:maxLength]) + "…"
		}
		fmt.Fprintf(&b, "%q", name)
	}
	return b.String()
}
