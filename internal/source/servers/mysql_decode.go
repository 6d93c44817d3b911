package servers

import (
	"database/sql/driver"
	"encoding/binary"
	"math"
)

// A mysqlColumn is how a column's values stand in the rows of a prepared statement.
type mysqlColumn struct {
	form   mysqlForm
	length int // of the time's text
}

type mysqlForm uint8

const (
	formUnknown mysqlForm = iota
	formText              // its length and its bytes
	formTime              // its length, 0, 4, 7 or 11, and its fields

	// Integers, little-endian.
	formInt8
	formUint8
	formInt16
	formUint16
	formInt32
	formUint32
	formInt64
	formUint64
)

// mysqlForms are the forms of types, by the driver's names of them. The driver decodes rows
// with others.
var mysqlForms = map[string]mysqlForm{
	"TINYINT": formInt8, "UNSIGNED TINYINT": formUint8,
	"SMALLINT": formInt16, "UNSIGNED SMALLINT": formUint16,
	"MEDIUMINT": formInt32, "UNSIGNED MEDIUMINT": formUint32, "INT": formInt32, "UNSIGNED INT": formUint32,
	"BIGINT": formInt64, "UNSIGNED BIGINT": formUint64,
	"DECIMAL": formText, "CHAR": formText, "VARCHAR": formText, "ENUM": formText,
	"TINYTEXT": formText, "TEXT": formText, "MEDIUMTEXT": formText, "LONGTEXT": formText,
	"DATE": formTime, "DATETIME": formTime, "TIMESTAMP": formTime,
}

// mysqlColumns returns the columns of rows; nil if one is of a form that is not known.
func mysqlColumns(r driver.Rows) []mysqlColumn {
	types := r.(driver.RowsColumnTypeDatabaseTypeName)
	scales := r.(driver.RowsColumnTypePrecisionScale)
	columns := make([]mysqlColumn, len(r.Columns()))
	for i := range columns {
		name := types.ColumnTypeDatabaseTypeName(i)
		columns[i].form = mysqlForms[name]
		switch columns[i].form {
		case formUnknown:
			return nil
		case formTime:
			columns[i].length = len("2006-01-02 15:04:05")
			if name == "DATE" {
				columns[i].length = len("2006-01-02")
			} else if digits, _, _ := scales.ColumnTypePrecisionScale(i); digits > 6 {
				return nil
			} else if digits > 0 {
				columns[i].length += 1 + int(digits)
			}
		}
	}
	return columns
}

// decode adds the values of a row to b, with the texts that the driver makes of times. It
// reports whether it could; if not, b may have some of them.
func (b *block) decode(columns []mysqlColumn, row []byte) bool {
	// A byte, a bit for each column, from the third bit on, which is set for NULL, and values.
	nulls := row[1:]
	at := 1 + (len(columns)+7+2)/8
	if len(row) < at {
		return false
	}
	row = row[at:]
	for i, c := range columns {
		if nulls[(i+2)/8]>>((i+2)%8)&1 != 0 {
			b.addNull()
			continue
		}
		var size int
		switch c.form {
		case formText, formTime:
			if len(row) == 0 {
				return false
			}
			size = int(row[0])
			row = row[1:]
			if size > 250 { // the length is in the bytes after it
				if size != 0xfc || len(row) < 2 {
					return false
				}
				size = int(binary.LittleEndian.Uint16(row))
				row = row[2:]
			}
		default:
			size = 1 << ((c.form - formInt8) / 2)
		}
		if len(row) < size {
			return false
		}
		value := row[:size]
		row = row[size:]
		switch c.form {
		case formText:
			b.addText(value)
		case formTime:
			if !b.addTime(value, c.length) {
				return false
			}
		case formInt8:
			b.addInteger(int64(int8(value[0])))
		case formUint8:
			b.addInteger(int64(value[0]))
		case formInt16:
			b.addInteger(int64(int16(binary.LittleEndian.Uint16(value))))
		case formUint16:
			b.addInteger(int64(binary.LittleEndian.Uint16(value)))
		case formInt32:
			b.addInteger(int64(int32(binary.LittleEndian.Uint32(value))))
		case formUint32:
			b.addInteger(int64(binary.LittleEndian.Uint32(value)))
		default:
			n := binary.LittleEndian.Uint64(value)
			if c.form == formUint64 && n > math.MaxInt64 {
				return false
			}
			b.addInteger(int64(n))
		}
	}
	return true
}

// addTime adds a time as text of that length, from "2006-01-02" to "2006-01-02 15:04:05.000000".
// It reports whether the value is one.
func (b *block) addTime(value []byte, length int) bool {
	var year, micros uint32
	var month, day, hour, minute, second byte
	switch len(value) {
	case 11:
		micros = binary.LittleEndian.Uint32(value[7:])
		fallthrough
	case 7:
		hour, minute, second = value[4], value[5], value[6]
		fallthrough
	case 4:
		year = uint32(binary.LittleEndian.Uint16(value))
		month, day = value[2], value[3]
	case 0:
	default:
		return false
	}
	if year > 9999 || month > 99 || day > 99 || hour > 99 || minute > 99 || second > 99 || micros > 999_999 {
		return false
	}
	var text [len("2006-01-02 15:04:05.000000")]byte
	put2(text[:], byte(year/100))
	put2(text[2:], byte(year%100))
	text[4] = '-'
	put2(text[5:], month)
	text[7] = '-'
	put2(text[8:], day)
	text[10] = ' '
	put2(text[11:], hour)
	text[13] = ':'
	put2(text[14:], minute)
	text[16] = ':'
	put2(text[17:], second)
	text[19] = '.'
	put2(text[20:], byte(micros/10_000))
	put2(text[22:], byte(micros/100%100))
	put2(text[24:], byte(micros%100))
	b.addText(text[:length])
	return true
}

// put2 writes two digits.
func put2(dst []byte, n byte) {
	dst[0], dst[1] = '0'+n/10, '0'+n%10
}
