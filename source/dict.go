package source

import (
	"cmp"
	"hash/maphash"
	"strconv"
	"sync"
)

// A Text is the code of a text in a [Dict]. Equal texts have equal codes; codes
// have no order that means anything.
type Text uint32

// A Dict holds the texts of an input once each: ids that are no plain integers,
// countries, pairs of ids. It may be used from several goroutines at once.
type Dict struct {
	seed  maphash.Seed
	texts [shards]shard[string]
	pairs [shards]shard[[2]ID]
}

const (
	shardBits = 6 // enough that cores rarely wait for each other
	shards    = 1 << shardBits
)

// A shard is the part of a dictionary that one lock guards.
type shard[K comparable] struct {
	mu    sync.RWMutex
	index map[K]uint32
	keys  []K
}

// NewDict returns an empty dictionary.
func NewDict() *Dict { return &Dict{seed: maphash.MakeSeed()} }

// Text returns the code of s, and adds s if it is new. The dictionary keeps no
// reference to s.
func (d *Dict) Text(s []byte) Text {
	n := maphash.Bytes(d.seed, s) >> (64 - shardBits)
	sh := &d.texts[n]
	sh.mu.RLock()
	i, ok := sh.index[string(s)]
	sh.mu.RUnlock()
	if !ok {
		i = sh.add(string(s))
	}
	return Text(i<<shardBits | uint32(n))
}

// TextOf is the text whose code is t.
func (d *Dict) TextOf(t Text) string { return d.texts[t%shards].key(uint32(t) >> shardBits) }

// ID returns the id whose text is s: trimmed already, valid UTF-8.
func (d *Dict) ID(s []byte) ID {
	if len(s) == 0 {
		return Absent
	}
	s = trimZeroFraction(s)
	if id, ok := plainInteger(s); ok {
		return id
	}
	return kindText<<kindShift | ID(d.Text(s))
}

// Pair returns the id of a conversation that has none of its own: all that a
// client and a merchant wrote to each other is one.
func (d *Dict) Pair(client, merchant ID) ID {
	if client <= packedMax && merchant <= packedMax {
		return kindPackedPair<<kindShift | client<<packedBits | merchant
	}
	key := [2]ID{client, merchant}
	n := maphash.Comparable(d.seed, key) >> (64 - shardBits)
	sh := &d.pairs[n]
	sh.mu.RLock()
	i, ok := sh.index[key]
	sh.mu.RUnlock()
	if !ok {
		i = sh.add(key)
	}
	return kindPair<<kindShift | ID(i)<<shardBits | ID(n)
}

// IDText is the text of id; empty if it is absent.
func (d *Dict) IDText(id ID) string { return string(d.AppendID(nil, id)) }

// AppendID appends the text of id to dst. A pair is shown as
// client_user_id/merchant_id.
func (d *Dict) AppendID(dst []byte, id ID) []byte {
	if id == Absent {
		return dst
	}
	switch p := id & payload; id >> kindShift {
	case kindInteger:
		return strconv.AppendUint(dst, uint64(p-integerAfterIndex), 10)
	case kindText:
		return append(dst, d.TextOf(Text(p))...)
	default:
		client, merchant := d.pair(id)
		dst = d.AppendID(dst, client)
		dst = append(dst, '/')
		return d.AppendID(dst, merchant)
	}
}

// pair returns the two ids of a pair.
func (d *Dict) pair(id ID) (client, merchant ID) {
	p := id & payload
	if id>>kindShift == kindPackedPair {
		return p >> packedBits, p & packedMax
	}
	key := d.pairs[p%shards].key(uint32(p >> shardBits))
	return key[0], key[1]
}

// Compare orders two ids by their texts, as [CompareIDs] does. Two pairs
// that are shown by one text are ordered by their parts.
func (d *Dict) Compare(a, b ID) int {
	if a == b {
		return 0
	}
	x, xok := a.Integer()
	y, yok := b.Integer()
	if xok && yok {
		return cmp.Compare(x, y)
	}
	if c := CompareIDs(d.IDText(a), d.IDText(b)); c != 0 || a>>kindShift&kindPackedPair == 0 || b>>kindShift&kindPackedPair == 0 {
		return c
	}
	ac, am := d.pair(a)
	bc, bm := d.pair(b)
	return cmp.Or(d.Compare(ac, bc), d.Compare(am, bm))
}

func (s *shard[K]) add(key K) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.index[key]; ok {
		return i
	}
	if s.index == nil {
		s.index = make(map[K]uint32)
	}
	i := uint32(len(s.keys))
	s.index[key] = i
	s.keys = append(s.keys, key)
	return i
}

func (s *shard[K]) key(i uint32) K {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.keys[i]
}
