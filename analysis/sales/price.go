package sales

import (
	"fmt"
	"strconv"
	"strings"
)

// ParsePrice reads a decimal number such as 12, -0.5 or 12.34 as hundredths. It
// is an error if there are digits other than 0 behind the second decimal, or if
// int64 cannot hold the hundredths.
func ParsePrice(s string) (int64, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	digits := strings.TrimPrefix(whole, "-")
	if !isDigits(digits) || digits == "" || !isDigits(fraction) || len(fraction) > 2 {
		return 0, fmt.Errorf("%q is not a price with at most 2 decimals", s)
	}
	hundredths, err := strconv.ParseInt(whole+fraction+"00"[len(fraction):], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a price: too large", s)
	}
	return hundredths, nil
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// FormatPrice writes hundredths as a decimal number with 2 decimals.
func FormatPrice(hundredths int64) string {
	sign := ""
	// The unsigned value holds the least int64 too.
	n := uint64(hundredths)
	if hundredths < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}
