package parquetfile

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A valueType says what the values of a column are.
type valueType struct {
	kind    parquet.Kind // the physical type; negative where all values are null
	meaning meaning
	length  int   // of FIXED_LEN_BYTE_ARRAY, in bytes
	scale   int   // of decimals: digits after the point
	unit    int64 // of timestamps: how many are a second
	utc     bool  // of timestamps: they are instants, not local times
}

// isWhole reports whether the values are whole numbers.
func (t *valueType) isWhole() bool { return t.meaning == integer || t.meaning == unsigned }

// A meaning is what a physical type stands for.
type meaning uint8

const (
	unreadable meaning = iota
	null
	text
	integer
	unsigned
	decimal
	float
	boolean
	uuid
	timestamp
	date
	int96 // a timestamp of old
)

func typeOf(t parquet.Type) valueType {
	v := valueType{kind: t.Kind()}
	if v.kind == parquet.FixedLenByteArray {
		v.length = t.Length()
	}
	var logical any
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	switch l := logical.(type) {
	case *format.NullType:
		v.kind, v.meaning = -1, null
	case *format.DecimalType:
		v.meaning, v.scale = decimal, int(l.Scale)
		if l.Scale < 0 || l.Scale > 1000 {
			v.meaning = unreadable
		}
	case *format.IntType:
		v.meaning = integer
		if !l.IsSigned {
			v.meaning = unsigned
		}
	case *format.TimestampType:
		v.meaning, v.utc = timestamp, l.IsAdjustedToUTC
		switch l.Unit.Value.(type) {
		case *format.MilliSeconds:
			v.unit = 1e3
		case *format.MicroSeconds:
			v.unit = 1e6
		case *format.NanoSeconds:
			v.unit = 1e9
		default:
			v.meaning = unreadable
		}
	case *format.DateType:
		v.meaning = date
	case *format.UUIDType:
		// 16 bytes, as the library makes sure
		v.meaning = uuid
	case *format.StringType, *format.EnumType, *format.JsonType:
		v.meaning = text
	case nil:
		v.meaning = map[parquet.Kind]meaning{parquet.Boolean: boolean, parquet.Int96: int96,
			parquet.Float: float, parquet.Double: float, parquet.ByteArray: text}[v.kind]
	}
	if c := t.ConvertedType(); logical == nil && c != nil && *c == deprecated.Interval {
		v.meaning = unreadable
	}
	return v
}

// canBe reports whether such values can hold a field.
func (t *valueType) canBe(field source.Field) bool {
	switch t.meaning {
	case null, text, integer, unsigned, decimal, float:
		return true
	case timestamp, date, int96:
		return field == source.CreatedAt
	case boolean:
		return intake.IsFlag(field)
	case uuid:
		return intake.IsID(field) || field == source.Country
	}
	return false
}

// appendText appends value i as text, as a CSV file would have it.
func (t *valueType) appendText(dst []byte, v *values, i int) []byte {
	switch t.meaning {
	case text:
		return append(dst, v.bytes(i)...)
	case integer:
		return strconv.AppendInt(dst, t.integer(v, i), 10)
	case unsigned:
		return strconv.AppendUint(dst, uint64(t.integer(v, i)), 10)
	case decimal:
		return t.appendDecimal(dst, v, i)
	case float:
		return t.appendFloat(dst, v, i)
	case boolean:
		return strconv.AppendBool(dst, v.data[i] == 1)
	case uuid:
		b := v.bytes(i)
		for k, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
			if k > 0 {
				dst = append(dst, '-')
			}
			dst = hex.AppendEncode(dst, part)
		}
		return dst
	}
	layout := "2006-01-02 15:04:05.999999999"
	if t.meaning == date {
		layout = time.DateOnly
	} else if t.utc {
		layout = time.RFC3339Nano
	}
	return time.Unix(t.time(v, i)).UTC().AppendFormat(dst, layout)
}

// integer returns value i of a column of integers. An unsigned one of 64 bits keeps
// its bits.
func (t *valueType) integer(v *values, i int) int64 {
	switch {
	case t.kind == parquet.Int64:
		return int64(v.uint64(i))
	case t.meaning == unsigned:
		return int64(v.uint32(i))
	}
	return int64(int32(v.uint32(i)))
}

// appendDecimal appends a decimal with all digits of its scale.
func (t *valueType) appendDecimal(dst []byte, v *values, i int) []byte {
	var digits string
	switch t.kind {
	case parquet.Int32, parquet.Int64:
		digits = strconv.FormatInt(t.integer(v, i), 10)
	default: // two's complement, the highest byte first
		b := v.bytes(i)
		n := new(big.Int).SetBytes(b)
		if len(b) > 0 && b[0]&0x80 != 0 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
		digits = n.String()
	}
	if t.scale == 0 {
		return append(dst, digits...)
	}
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	if missing := t.scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - t.scale
	dst = append(dst, digits[:point]...)
	dst = append(dst, '.')
	return append(dst, digits[point:]...)
}

// appendFloat appends the shortest text that is read as the same number, without
// an exponent. That of no number is empty: pandas writes a missing value so.
func (t *valueType) appendFloat(dst []byte, v *values, i int) []byte {
	x, bits := 0.0, 64
	if t.kind == parquet.Float {
		x, bits = float64(math.Float32frombits(v.uint32(i))), 32
	} else {
		x = math.Float64frombits(v.uint64(i))
	}
	if math.IsNaN(x) {
		return dst
	}
	return strconv.AppendFloat(dst, x, 'f', -1, bits)
}

// inexact reports whether value i, a float, is so large that not every integer about
// it is one: ids may have become one.
func (t *valueType) inexact(v *values, i int) bool {
	if t.kind == parquet.Float {
		return math.Abs(float64(math.Float32frombits(v.uint32(i)))) >= 1<<24
	}
	return math.Abs(math.Float64frombits(v.uint64(i))) >= 1<<53
}

// time returns a timestamp or date in seconds since 1970, and nanoseconds above these.
// Local times are given as if they were of UTC.
func (t *valueType) time(v *values, i int) (seconds, nano int64) {
	const day = 86400
	switch t.meaning {
	case date:
		return t.integer(v, i) * day, 0
	case int96: // nanoseconds of a day, and the Julian day
		const julian1970 = 2_440_588
		b := v.bytes(i)
		seconds, nano = split(int64(binary.LittleEndian.Uint64(b)), 1e9)
		return seconds + (int64(binary.LittleEndian.Uint32(b[8:]))-julian1970)*day, nano
	}
	return split(int64(v.uint64(i)), t.unit)
}

// split returns a time as seconds and nanoseconds; unit is its units a second.
func split(n, unit int64) (seconds, nano int64) {
	seconds, nano = n/unit, n%unit*(1e9/unit)
	if nano < 0 {
		seconds, nano = seconds-1, nano+1e9
	}
	return seconds, nano
}
