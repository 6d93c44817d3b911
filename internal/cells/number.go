package cells

import (
	"encoding/json"
	"math"
	"strconv"
)

// decimals is how many digits after the point a number is rounded to.
const decimals = 6

// AppendNumber appends v as the report writes numbers, in CSV and JSON alike:
// rounded to 6 decimals (to the nearest, as strconv does), without trailing
// zeros or a bare point. NaN and the infinities have no such text: for them it
// appends nothing, which in CSV is an empty cell.
func AppendNumber(dst []byte, v float64) []byte {
	if !IsFinite(v) {
		return dst
	}
	const scale = 1e6
	// v·scale is hi+lo exactly; where hi is below 2^52, its rounding is that of
	// the exact product unless the fraction is so near ½ that lo decides.
	hi := v * scale
	lo := math.FMA(v, scale, -hi)
	whole := math.RoundToEven(hi)
	if rest := (hi - whole) + lo; math.Abs(hi) >= 1<<52 || math.Abs(rest) >= 0.5 {
		return TrimZeros(strconv.AppendFloat(dst, v, 'f', decimals, 64), len(dst))
	}
	n := int64(whole)
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	dst = strconv.AppendInt(dst, n/scale, 10)
	fraction := n % scale
	if fraction == 0 {
		return dst
	}
	from := len(dst)
	dst = append(dst, ".000000"...)
	for i := len(dst) - 1; i > from; i-- {
		dst[i] = byte('0' + fraction%10)
		fraction /= 10
	}
	return TrimZeros(dst, from)
}

// IsNumber reports whether cell is a number as JSON writes it, which is how AppendNumber does.
func IsNumber(cell []byte) bool {
	return len(cell) > 0 && (cell[0] == '-' || cell[0] >= '0' && cell[0] <= '9') && json.Valid(cell)
}

// IsFinite reports whether v is neither NaN nor infinite.
func IsFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// TrimZeros drops the zeros that end the fraction of number[from:], the point if nothing is left
// of it, and the sign of zero.
func TrimZeros(number []byte, from int) []byte {
	n := len(number)
	for n > from && number[n-1] == '0' {
		n--
	}
	if n > from && number[n-1] == '.' {
		n--
	}
	if string(number[from:n]) == "-0" {
		return append(number[:from], '0')
	}
	return number[:n]
}
