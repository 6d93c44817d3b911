package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Footers and the headers of pages are structs in Thrift's compact protocol.
// Before the library decodes one it is walked through here: the library
// allocates the number of elements that a list claims, and a damaged one may
// say two thousand million, and running out of memory is no panic to recover from.

// The types of Thrift's compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftInt16  = 4
	thriftInt32  = 5
	thriftInt64  = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// maxNested is how deep structs, lists and maps may stand in each other.
const maxNested = 32

var errThrift = errors.New("it ends too early, or a part of it is longer than the whole")

// structLength returns the length of the struct at the beginning of data.
func structLength(data []byte) (int, error) {
	w := &thriftWalk{data: data}
	w.skipStruct(0)
	return len(data) - len(w.data), w.err
}

// A thriftWalk walks through data until its end or an error.
type thriftWalk struct {
	data []byte // what is left
	err  error
}

func (w *thriftWalk) fail() {
	if w.err == nil {
		w.data, w.err = nil, errThrift
	}
}

func (w *thriftWalk) skip(n uint64) {
	if n > uint64(len(w.data)) {
		w.fail()
		return
	}
	w.data = w.data[n:]
}

func (w *thriftWalk) byte() byte {
	if len(w.data) == 0 {
		w.fail()
		return 0
	}
	b := w.data[0]
	w.data = w.data[1:]
	return b
}

func (w *thriftWalk) varint() uint64 {
	v, n := binary.Uvarint(w.data)
	if n <= 0 {
		w.fail()
		return 0
	}
	w.data = w.data[n:]
	return v
}

func (w *thriftWalk) skipStruct(depth int) {
	for w.err == nil {
		b := w.byte()
		if b == 0 { // the end
			return
		}
		if b>>4 == 0 { // the field's number stands behind its type
			w.varint()
		}
		if kind := b & 15; kind != thriftTrue && kind != thriftFalse {
			w.skipValue(kind, depth+1)
		}
	}
}

func (w *thriftWalk) skipValue(kind byte, depth int) {
	if depth > maxNested {
		w.fail()
		return
	}
	switch kind {
	case thriftTrue, thriftFalse, thriftByte: // in a list; a field's type says which
		w.skip(1)
	case thriftInt16, thriftInt32, thriftInt64:
		w.varint()
	case thriftDouble:
		w.skip(8)
	case thriftUUID:
		w.skip(16)
	case thriftBinary:
		w.skip(w.varint())
	case thriftStruct:
		w.skipStruct(depth)
	case thriftList, thriftSet:
		b := w.byte()
		n := uint64(b >> 4)
		if n == 15 {
			n = w.varint()
		}
		w.skipElements(n, depth, b&15)
	case thriftMap:
		if n := w.varint(); n > 0 {
			b := w.byte()
			w.skipElements(n, depth, b>>4, b&15)
		}
	default:
		if w.err == nil {
			w.data, w.err = nil, fmt.Errorf("there is no type %d", kind)
		}
	}
}

// skipElements skips n times a value of each kind. None is shorter than a byte.
func (w *thriftWalk) skipElements(n uint64, depth int, kinds ...byte) {
	if n > uint64(len(w.data)) {
		w.fail()
		return
	}
	for range n {
		for _, kind := range kinds {
			w.skipValue(kind, depth+1)
		}
		if w.err != nil {
			return
		}
	}
}
