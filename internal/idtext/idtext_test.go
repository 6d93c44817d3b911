package idtext_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/idtext"
)

var (
	integer = regexp.MustCompile(`^-?[0-9]+$`)
	zeros   = regexp.MustCompile(`^(-?[0-9]+)\.0+$`)
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "72": "72", "72.0": "72", "-5.000": "-5", "007.0": "007",
		"99999999999999999999.0": "99999999999999999999",
		"72.":                    "72.", ".0": ".0", "-.0": "-.0", "+72": "+72", "+72.0": "+72.0", "72.10": "72.10",
		"7.2.0": "7.2.0", "shop.0": "shop.0", " 72.0": " 72.0", "7٢.0": "7٢.0",
	} {
		require.Equal(t, want, string(idtext.Canonical([]byte(text))), text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("-+.0019x"))).Draw(t, "text")
		require.Equal(t, zeros.ReplaceAllString(text, "$1"), string(idtext.Canonical([]byte(text))))
		require.Equal(t, integer.MatchString(text), idtext.IsInteger(text))
	})
}
