package swar_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/swar"
)

func padded(text string) []byte { return append([]byte(text), make([]byte, swar.Padding)...) }

// The masks find what a loop over the bytes finds, the lowest one for certain.
func TestMasks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("09,;\"\x00\x1f \x7f\x80\xff/:@AZ[`az{"))), 8,
			8).Draw(t, "text")
		w := swar.Load(text, 0)
		require.Equal(t, w, swar.At(unsafe.Pointer(unsafe.SliceData(text)), 0))
		require.Equal(t, text[3], swar.ByteAt(unsafe.Pointer(unsafe.SliceData(text)), 3))
		first := func(found func(byte) bool) int {
			for i, b := range text {
				if found(b) {
					return i
				}
			}
			return 8
		}
		require.Equal(t, first(func(b byte) bool { return b < '0' || b > '9' }),
			swar.First(swar.NonDigits(w^swar.Zeros)), "%q", text)
		require.Equal(t, first(func(b byte) bool { return b|0x20 < 'a' || b|0x20 > 'z' }), swar.First(swar.NonLetters(w)),
			"%q", text)
		require.Equal(t, first(func(b byte) bool { return b == ',' }), swar.First(swar.ZeroBytes(w^','*swar.Ones)),
			"%q", text)
		require.Equal(t, first(func(b byte) bool { return b < ' ' }), swar.First(swar.Controls(w)), "%q", text)
		require.Equal(t, first(func(b byte) bool { return b >= 0x80 }), swar.First(w&swar.Highs), "%q", text)
	})
}

func TestInteger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.OneOf(rapid.StringMatching(`[0-9]{0,21}`),
			rapid.StringMatching(`92233720368547758[0-9]{2}`)).Draw(t, "digits")
		text := digits + rapid.SampledFrom([]string{"", ",", "x1", "-", "\xb0"}).Draw(t, "end")
		value, n := swar.Integer(padded("ab"+text), 2)
		want, err := strconv.ParseUint(digits, 10, 64)
		if err != nil || len(digits) > 1 && digits[0] == '0' || want > swar.MaxInteger {
			require.Zero(t, n, text)
			return
		}
		require.Equal(t, len(digits), n, text)
		require.Equal(t, want, value, text)
	})
}

func TestUpTo16(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`0{0,9}[0-9]{0,7}`).Draw(t, "digits")
		text := padded(digits + rapid.SampledFrom([]string{",", "x1", "-", "\xb0"}).Draw(t, "end"))
		value, n := swar.UpTo16(swar.Load(text, 0), swar.Load(text, 8))
		want, _ := strconv.ParseUint("0"+digits, 10, 64)
		require.Equal(t, len(digits), n, "%q", text)
		require.Equal(t, want, value, "%q", text)
		require.Equal(t, fmt.Sprint("1", strings.Repeat("0", n)), fmt.Sprint(swar.Pow10(n)))
	})
}

func TestClock(t *testing.T) {
	t.Parallel()
	for h := range 26 {
		for m := 0; m < 62; m += 7 {
			for s := 53; s < 62; s++ {
				seconds, ok := swar.Clock(swar.Load(padded(fmt.Sprintf("%02d:%02d:%02d", h, m, s)), 0))
				require.Equal(t, h < 24 && m < 60 && s < 60, ok)
				if ok {
					require.EqualValues(t, h*3600+m*60+s, seconds)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte("12:34:56")
		text[rapid.IntRange(0, 7).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		_, ok := swar.Clock(swar.Load(text, 0))
		want := true
		for i, b := range text {
			if i%3 == 2 {
				want = want && b == ':'
			} else {
				want = want && b >= '0' && b <= '9'
			}
		}
		want = want && string(text[:2]) < "24" && string(text[3:5]) < "60" && string(text[6:]) < "60"
		require.Equal(t, want, ok, "%q", text)
	})
}
