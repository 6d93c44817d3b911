package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// luminance is the relative luminance of a colour, as WCAG 2 has it.
func luminance(t *testing.T, hex string) float64 {
	if len(hex) == 3 {
		hex = strings.Repeat(hex[:1], 2) + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:], 2)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// On light, dark and printed pages marks reach 3:1 against their ground, and text 4.5:1.
func TestContrast(t *testing.T) {
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(mustRead("template/page.css"), -1)
	require.Len(t, schemes, 3)
	for i, scheme := range schemes {
		colours := make(map[string]float64)
		for _, c := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6}|[0-9a-f]{3});`).FindAllStringSubmatch(scheme[1],
			-1) {
			colours[c[1]] = luminance(t, c[2])
		}
		ratio := func(a, b string) float64 {
			require.Contains(t, colours, a)
			high, low := max(colours[a], colours[b]), min(colours[a], colours[b])
			return (high + 0.05) / (low + 0.05)
		}
		for _, mark := range []string{"main", "bar", "edge", "low", "open", "soft"} {
			require.GreaterOrEqual(t, ratio(mark, "paper"), 3.0, "%s of scheme %d", mark, i)
		}
		for _, text := range []string{"ink", "soft"} {
			require.GreaterOrEqual(t, ratio(text, "paper"), 4.5, "%s of scheme %d", text, i)
		}
		require.GreaterOrEqual(t, ratio("open", "openground"), 3.0, "the hatching of scheme %d", i)
	}
}
