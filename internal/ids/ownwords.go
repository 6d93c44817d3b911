package ids

import (
	"encoding/binary"
	"io"
	"math"
	"sync"
)

// An ownWords holds words as they come, the same one again and again. It may be used from
// several goroutines at once.
type ownWords struct {
	mu     sync.RWMutex
	blocks [][]packed // of wordsPerBlock each; nil: in the file
	create func() (SpillFile, error)
	file   SpillFile
}

// A SpillFile is where a [Dict] puts what it needs rarely.
type SpillFile interface {
	io.ReaderAt
	io.WriterAt
}

// maxOwnWords is how many there may be at most. Tests change it.
var maxOwnWords int64 = math.MaxUint32

const packedBytes = 16

// SpillTo makes the dictionary put the ids of messages alone ([OwnEach]) into a file, which
// create makes when there are any. It must be called before the first id.
func (d *Dict) SpillTo(create func() (SpillFile, error)) { d.own.create = create }

// block returns a new block and the number of its first word; ok is false if there is no
// room for it. words may be the memory of one that was full before.
func (o *ownWords) block(words []packed) (_ []packed, first uint32, ok bool) {
	if words == nil {
		words = make([]packed, wordsPerBlock)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	from := int64(len(o.blocks)) * wordsPerBlock
	if from+wordsPerBlock > maxOwnWords {
		return nil, 0, false
	}
	o.blocks = append(o.blocks, words)
	return words, uint32(from), true
}

// full takes a block that is full, and returns its memory if the words are in a file now.
func (o *ownWords) full(words []packed, first uint32) (free []packed, err error) {
	if o.create == nil || words == nil {
		return nil, nil
	}
	file, err := o.spillFile()
	if err != nil {
		return nil, err
	}
	bytes := make([]byte, 0, wordsPerBlock*packedBytes)
	for _, w := range words {
		bytes = w.append(bytes)
	}
	if _, err := file.WriteAt(bytes, int64(first)*packedBytes); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.blocks[first/wordsPerBlock] = nil
	return words, nil
}

// spillFile returns the file, which is made at the first call.
func (o *ownWords) spillFile() (SpillFile, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file != nil {
		return o.file, nil
	}
	file, err := o.create()
	if err == nil {
		o.file = file
	}
	return file, err
}

// word returns the word of that number; ok is false if the number is too large.
func (o *ownWords) word(number uint32) (w packed, ok bool, err error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if uint64(number/wordsPerBlock) >= uint64(len(o.blocks)) {
		return packed{}, false, nil
	}
	if block := o.blocks[number/wordsPerBlock]; block != nil {
		return block[number%wordsPerBlock], true, nil
	}
	var bytes [packedBytes]byte
	if _, err := o.file.ReadAt(bytes[:], int64(number)*packedBytes); err != nil {
		return packed{}, false, err
	}
	return unpacked(bytes[:]), true, nil
}

// text returns the text whose first unit has that number, or nil if no text begins there.
func (o *ownWords) text(number uint32) (text []byte, err error) {
	first, ok, err := o.word(number)
	if !ok || err != nil {
		return nil, err
	}
	bytes := first.append(nil)
	n := uint64(unitsOf(int(binary.LittleEndian.Uint32(bytes))))
	if n > wordsPerBlock-uint64(number)%wordsPerBlock {
		return nil, nil // it is no text
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	if block := o.blocks[number/wordsPerBlock]; block != nil {
		for _, w := range block[number%wordsPerBlock:][1:n] {
			bytes = w.append(bytes)
		}
		return textIn(bytes), nil
	}
	bytes = make([]byte, n*packedBytes)
	if _, err := o.file.ReadAt(bytes, int64(number)*packedBytes); err != nil {
		return nil, err
	}
	return textIn(bytes), nil
}

// Bytes returns how much memory the dictionary takes, about.
func (d *Dict) Bytes() int64 {
	sum := d.texts.bytes() + d.ids.bytes()
	for form := range d.words {
		for i := range d.words[form] {
			s := &d.words[form][i]
			s.mu.Lock()
			sum += s.index.Bytes() + int64(len(s.blocks))*wordsPerBlock*packedBytes
			s.mu.Unlock()
		}
	}
	if d.own.create == nil {
		d.own.mu.RLock()
		sum += int64(len(d.own.blocks)) * wordsPerBlock * packedBytes
		d.own.mu.RUnlock()
	}
	return sum
}

// bytes returns how much memory the texts take, about.
func (in *interner) bytes() (sum int64) {
	for i := range in {
		s := &in[i]
		s.mu.Lock()
		sum += s.index.Bytes() + int64(cap(s.ends))*4 + int64(cap(s.arena))
		s.mu.Unlock()
	}
	return sum
}
