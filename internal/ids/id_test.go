package ids_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/naive"
)

func TestIDText(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""}, {"0", "0"}, {"1", "1"}, {"007", "007"}, {"00", "00"}, {"-1", "-1"}, {"-0", "-0"}, {"+1", "+1"},
		{"1234.0", "1234"}, {"1234.000", "1234"}, {"-5.0", "-5"}, {"007.0", "007"}, {"0.0", "0"},
		{"1234.", "1234."}, {".0", ".0"}, {"-.0", "-.0"}, {"1.5", "1.5"}, {"1.00x", "1.00x"}, {"1.0.0", "1.0.0"},
		{"x.0", "x.0"}, {"+1.0", "+1.0"},
		{"999999999999999999", "999999999999999999"}, {"1000000000000000000", "1000000000000000000"},
		{"18446744073709551616", "18446744073709551616"}, {"18446744073709551616.0", "18446744073709551616"},
		{"9f1c2c6e-3f0f-4b0a-9d0e-6a2f5c0a1b2d", "9f1c2c6e-3f0f-4b0a-9d0e-6a2f5c0a1b2d"}, {"Zoë 🛒", "Zoë 🛒"},
		{"1e3", "1e3"}, {" 1", " 1"},
	} {
		t.Run(test.text, func(t *testing.T) {
			dict := ids.NewDict()
			id := dict.ID([]byte(test.text))
			require.Equal(t, test.want, dict.IDText(id))
			require.Equal(t, id, dict.ID([]byte(test.want)), "the same id")
			require.Equal(t, test.text == "", id == ids.Absent)
		})
	}
}

// aText is a text of an id, often much like another.
var aText = rapid.OneOf(rapid.StringMatching(`[a-b.:-]{1,2}0{0,2}[0-9]{0,3}`),
	rapid.StringMatching(`.{14,17}0{0,16}[0-9]{1,14}`),
	rapid.StringMatching(`-?0{0,2}[0-9]{0,3}(\.0{0,2})?`), rapid.StringMatching(`[1-9][0-9]{16,20}`),
	rapid.StringMatching(`-?[0-9]{1,20}\.0+`), rapid.String())

// FuzzID: two ids are equal when their texts are, and sort as their texts do.
func FuzzID(f *testing.F) {
	for _, s := range [][2]string{{"1", "1.0"}, {"007", "7"}, {"-0", "0"}, {"a", ""}, {"2", "10"},
		{"1000000000000000000", "999999999999999999"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) { requireSameIDs(t, ids.NewDict(), a, b) })
}

func TestIDsAgainstTheRules(t *testing.T) {
	dict := ids.NewDict()
	rapid.Check(t, func(t *rapid.T) { requireSameIDs(t, dict, aText.Draw(t, "a"), aText.Draw(t, "b")) })
}

func requireSameIDs(t require.TestingT, dict *ids.Dict, a, b string) {
	x, y := dict.ID([]byte(a)), dict.ID([]byte(b))
	require.Equal(t, naive.ID(a), dict.IDText(x))
	require.Equal(t, naive.ID(a) == naive.ID(b), x == y, "%q and %q", a, b)
	want := naive.CompareIDs(naive.ID(a), naive.ID(b))
	require.Equal(t, sign(want), sign(dict.Compare(x, y)), "%q and %q", a, b)
	require.Equal(t, sign(want), sign(ids.Compare(naive.ID(a), naive.ID(b))), "%q and %q", a, b)
	if n, ok := x.Integer(); ok {
		require.Equal(t, naive.ID(a), fmt.Sprint(n))
		require.Equal(t, x, ids.Integer(n))
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestCompareIDs(t *testing.T) {
	sorted := []string{"-18446744073709551616", "-10", "-02", "-2", "-1", "-0", "0", "00", "01", "1", "2", "010", "10",
		"18446744073709551615",
		"18446744073709551616", "+1", "-", "-a", ".5", "1.5", "1e3", "A", "B", "a", "é", ""}
	for i, a := range sorted {
		for j, b := range sorted {
			require.Equal(t, sign(i-j), sign(ids.Compare(a, b)), "%q and %q", a, b)
		}
	}
	require.Negative(t, ids.Compare("2", "10"), "by value")
	require.Negative(t, ids.Compare("-0", "0"), "equal values: bytewise")
	require.Negative(t, ids.Compare("01", "1"), "equal values: bytewise")
	require.Negative(t, ids.Compare("-10", "-9"), "by value below zero")
	require.Negative(t, ids.Compare("99999999999999999999", "1a"), "integers before text")
	require.Negative(t, ids.Compare("Z", "a"), "bytewise")
	require.Negative(t, ids.Compare("zzz", ""), "absent last")
}

// A client and a merchant are one conversation: equal pairs have equal ids, and
// are shown as both.
func TestPair(t *testing.T) {
	dict := ids.NewDict()
	rapid.Check(t, func(t *rapid.T) {
		var text [4]string
		var id [4]ids.ID
		for i := range text {
			text[i] = naive.ID(rapid.SampledFrom([]string{"1", "2", "12", "2147483645", "2147483646", "2147483647",
				"2147483648", "a", "a/1", "1/a", "/", "007"}).Draw(t, "id"))
			id[i] = dict.ID([]byte(text[i]))
		}
		a, b := dict.Pair(id[0], id[1]), dict.Pair(id[2], id[3])
		require.Equal(t, text[0]+"/"+text[1], dict.IDText(a))
		require.Equal(t, text[0] == text[2] && text[1] == text[3], a == b)
		require.Equal(t, a == b, dict.Compare(a, b) == 0, "pairs shown alike are told apart")
		require.Equal(t, -sign(dict.Compare(a, b)), sign(dict.Compare(b, a)))
		if dict.IDText(a) != dict.IDText(b) {
			require.Equal(t, sign(naive.CompareIDs(dict.IDText(a), dict.IDText(b))), sign(dict.Compare(a, b)))
		}
		_, ok := a.Integer()
		require.False(t, ok)
		require.NotEqual(t, dict.ID([]byte(dict.IDText(a))), a, "a pair is no id of that text")
	})
}

// Goroutines that intern the same texts at once get the same codes.
func TestDictFromManyGoroutines(t *testing.T) {
	dict := ids.NewDict()
	const texts = 2000
	var got [4][texts][3]uint64
	var group sync.WaitGroup
	for w := range got {
		group.Go(func() {
			for n := range texts {
				i := (n*7 + w*511) % texts // each in another order
				text := fmt.Appendf(nil, "text %d", i)
				id := dict.ID(text)
				got[w][i] = [3]uint64{uint64(dict.Text(text)), uint64(id),
					uint64(dict.Pair(id, ids.Integer(uint64(i))))}
			}
		})
	}
	group.Wait()
	for w := range got {
		require.Equal(t, got[0], got[w])
	}
	for i := range texts {
		require.Equal(t, fmt.Sprint("text ", i), dict.TextOf(ids.Text(got[0][i][0])))
		require.Equal(t, fmt.Sprintf("text %d/%d", i, i), dict.IDText(ids.ID(got[0][i][2])))
	}
}

// The dictionary keeps what it was given, whatever becomes of the memory.
func TestDictCopies(t *testing.T) {
	dict := ids.NewDict()
	text := []byte("before")
	code := dict.Text(text)
	copy(text, "after!")
	require.Equal(t, "before", dict.TextOf(code))
}

// Integers have the same equality, order and text where an id holds them itself and
// where it cannot.
func TestGreatIntegers(t *testing.T) {
	dict := ids.NewDict()
	near := rapid.Custom(func(t *rapid.T) string {
		of := rapid.SampledFrom([]uint64{0, 1 << 31, 1 << 32, 1e18, 1 << 61, 1 << 62, ids.MaxInteger,
			1<<64 - 4}).Draw(t, "of")
		return strconv.FormatUint(of+rapid.Uint64Range(0, 6).Draw(t, "and")-3, 10) +
			rapid.SampledFrom([]string{"", "", ".0"}).Draw(t, "fraction")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := near.Draw(t, "a"), near.Draw(t, "b")
		requireSameIDs(t, dict, a, b)
		n, err := strconv.ParseUint(naive.ID(a), 10, 64)
		require.NoError(t, err)
		id := dict.ID([]byte(a))
		require.Equal(t, id, dict.Uint(n))
		require.True(t, dict.IsInteger(id))
		_, held := id.Integer()
		require.Equal(t, n <= ids.MaxInteger, held)
		pair := dict.Pair(id, dict.ID([]byte(b)))
		require.Equal(t, naive.ID(a)+"/"+naive.ID(b), dict.IDText(pair))
		require.False(t, dict.IsInteger(pair))
	})
}
