package parquetfile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// plainDictionary is what files of version 1 call the encoding of a dictionary and
// of indexes into it.
const plainDictionary format.Encoding = 2

// A pager reads the pages of one column, row group by row group.
type pager struct {
	leaf     leaf
	section  *io.SectionReader // from the column's first page on
	in       *bufio.Reader
	codec    compress.Codec
	maxPage  int64 // bytes that a page can have
	rowsLeft int   // that the pages to come must have

	dictionary values
	fresh      bool // the dictionary was read with the last page

	// The page.
	rows    int
	present []byte // for each row 1, or 0 where it is null; nil: none is
	values  values // of the rows that are not null
	indexes []int32
	indexed bool // indexes into the dictionary stand in place of values

	stored, plain, levels []byte
	inDictionary          []byte // the dictionary's page: kept while the others come
	pageValues            decoder
	dictionaryValues      decoder
}

func newPager(l leaf) *pager {
	return &pager{leaf: l, in: bufio.NewReaderSize(nil, maxHeader), pageValues: newDecoder(l.valueType),
		dictionaryValues: newDecoder(l.valueType)}
}

// open goes to the column's first page of a row group.
func (p *pager) open(f *file, group int) error {
	rows := f.groupRows[group]
	chunk := &f.footer.Metadata().RowGroups[group].Columns[p.leaf.index]
	meta := &chunk.MetaData
	start := meta.DataPageOffset
	if d := meta.DictionaryPageOffset; d > 0 && d < start {
		start = d
	}
	switch {
	case chunk.FilePath != "":
		return fmt.Errorf("keeps the column %q in another file, %q", p.leaf.name, chunk.FilePath)
	case meta.NumValues != rows || rows > 0 && (start <= 0 || start >= f.Size) || rows != int64(int(rows)):
		return fmt.Errorf("is damaged: row group %d says that it has %d rows, with %d values of %q from byte %d on",
			group+1, rows, meta.NumValues, p.leaf.name, start)
	case p.leaf.kind >= 0 && parquet.Kind(meta.Type) != p.leaf.kind:
		return fmt.Errorf("is damaged: row group %d has values of %s in the column %q of %s", group+1, meta.Type,
			p.leaf.name, p.leaf.kind)
	}
	var err error
	if p.codec, err = codecOf(meta.Codec); err != nil {
		return fmt.Errorf("column %q %w", p.leaf.name, err)
	}
	p.maxPage = meta.TotalCompressedSize + pageSlack
	p.section = io.NewSectionReader(f, start, f.Size-start)
	p.in.Reset(p.section)
	p.rowsLeft, p.rows = int(rows), 0
	p.dictionary, p.fresh = values{}, false
	return nil
}

// next reads the next page that has rows.
func (p *pager) next() (err error) {
	defer recoverDamage(&err)
	p.rows = 0
	for p.rows == 0 {
		if p.rowsLeft == 0 {
			return errors.New("there are no more pages")
		}
		var header format.PageHeader
		if err := p.readHeader(&header); err != nil {
			return err
		}
		size, plain := int(header.CompressedPageSize), int(header.UncompressedPageSize)
		if size < 0 || plain < 0 || int64(size) > p.section.Size() || int64(size) > p.maxPage {
			return fmt.Errorf("a page says that it has %d bytes, %d uncompressed", size, plain)
		}
		p.stored = resize(p.stored, size)
		if _, err := io.ReadFull(p.in, p.stored); err != nil {
			return cutOff(err)
		}
		if sum := crc32.ChecksumIEEE(p.stored); header.CRC != 0 && sum != uint32(header.CRC) {
			return fmt.Errorf("a page's checksum is %08x, not %08x", sum, uint32(header.CRC))
		}
		switch {
		case header.Type == format.DictionaryPage && header.DictionaryPageHeader.Valid:
			err = p.readDictionary(&header.DictionaryPageHeader.V, plain)
		case header.Type == format.DataPage && header.DataPageHeader.Valid:
			err = p.readPage(&header.DataPageHeader.V, plain)
		case header.Type == format.DataPageV2 && header.DataPageHeaderV2.Valid:
			err = p.readPage2(&header.DataPageHeaderV2.V, plain)
		}
		if err != nil {
			return err
		}
	}
	p.rowsLeft -= p.rows
	return nil
}

// pageSlack is how much longer pages may be than a row group says: some writers forget
// headers of pages.
const pageSlack = 1 << 16

// maxPageRows is how many rows a page may have: a run of nulls claims any number.
const maxPageRows = 1 << 26

// maxHeader is how many bytes the header of a page may have: it is a few
// numbers, and perhaps the least and greatest value of the page.
const maxHeader = 1 << 16

func (p *pager) readHeader(header *format.PageHeader) error {
	data, err := p.in.Peek(maxHeader) // fewer at the end of the file
	if err != nil && err != io.EOF || len(data) == 0 {
		return cutOff(err)
	}
	n, err := structLength(data)
	if err != nil {
		return fmt.Errorf("the header of a page: %w", err)
	}
	var protocol thrift.CompactProtocol
	if err := thrift.NewDecoder(protocol.NewReaderFromBytes(data[:n])).Decode(header); err != nil {
		return fmt.Errorf("the header of a page: %w", err)
	}
	_, err = p.in.Discard(n)
	return err
}

// cutOff says of a file that ended where it goes on what that means.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends within its pages")
	}
	return err
}

func (p *pager) readDictionary(header *format.DictionaryPageHeader, size int) error {
	if p.dictionary.n > 0 {
		return errors.New("there are two dictionaries")
	}
	data, err := p.decompress(&p.inDictionary, p.stored, size)
	if err != nil {
		return err
	}
	if p.codec.CompressionCodec() == format.Uncompressed {
		p.inDictionary, p.stored = p.stored, p.inDictionary // not to be overwritten by the next page
	}
	n, encoding := int(header.NumValues), header.Encoding
	if encoding == plainDictionary {
		encoding = format.Plain
	}
	if n < 0 || encoding != format.Plain {
		return fmt.Errorf("a dictionary of %d values in the encoding %s", n, encoding)
	}
	p.dictionary, err = p.dictionaryValues.decode(data, encoding, n)
	p.fresh = true
	return err
}

// readPage reads a data page of version 1: nulls and values are compressed as one.
func (p *pager) readPage(header *format.DataPageHeader, size int) error {
	rows := int(header.NumValues)
	if err := p.checkRows(rows); err != nil {
		return err
	}
	data, err := p.decompress(&p.plain, p.stored, size)
	if err != nil {
		return err
	}
	var levels []byte
	if p.leaf.optional {
		if header.DefinitionLevelEncoding != format.RLE {
			return fmt.Errorf("nulls in the encoding %s, which is not read", header.DefinitionLevelEncoding)
		}
		if len(data) < 4 || uint64(binary.LittleEndian.Uint32(data)) > uint64(len(data)-4) {
			return errShort
		}
		n := binary.LittleEndian.Uint32(data)
		levels, data = data[4:][:n], data[4+n:]
	}
	return p.load(rows, levels, data, header.Encoding)
}

// readPage2 reads a data page of version 2, whose values alone are compressed.
func (p *pager) readPage2(header *format.DataPageHeaderV2, size int) error {
	rows := int(header.NumValues)
	if err := p.checkRows(rows); err != nil {
		return err
	}
	repeated, defined := int(header.RepetitionLevelsByteLength), int(header.DefinitionLevelsByteLength)
	if repeated < 0 || defined < 0 || repeated > len(p.stored) || defined > len(p.stored)-repeated ||
		repeated+defined > size {
		return errShort
	}
	levels, data := p.stored[repeated:][:defined], p.stored[repeated+defined:]
	if !header.IsCompressed.Valid || header.IsCompressed.V {
		var err error
		if data, err = p.decompress(&p.plain, data, size-repeated-defined); err != nil {
			return err
		}
	}
	if err := p.load(rows, levels, data, header.Encoding); err != nil {
		return err
	}
	if nulls := rows - p.count(0, rows); nulls != int(header.NumNulls) {
		return fmt.Errorf("a page of %d rows has %d nulls, not %d", rows, nulls, header.NumNulls)
	}
	return nil
}

func (p *pager) checkRows(rows int) error {
	switch {
	case rows < 0 || rows > p.rowsLeft:
		return fmt.Errorf("a page has %d rows where %d are left", rows, p.rowsLeft)
	case rows > maxPageRows:
		return fmt.Errorf("a page has %d rows; expected at most %d", rows, maxPageRows)
	}
	return nil
}

// load decodes a page's nulls and values.
func (p *pager) load(rows int, levels, data []byte, encoding format.Encoding) (err error) {
	p.present = nil
	n := rows
	if p.leaf.optional && rows > 0 {
		if err := checkRuns(levels, 1, rows); err != nil {
			return err
		}
		p.levels, err = (&rle.Encoding{BitWidth: 1}).DecodeLevels(p.levels[:0], levels)
		if err != nil {
			return err
		}
		if n = bytes.Count(p.levels[:rows], one); n < rows {
			p.present = p.levels[:rows]
			if n+bytes.Count(p.present, none) < rows {
				return errors.New("a value is neither there nor null")
			}
		}
	}
	p.indexed = encoding == plainDictionary || encoding == format.RLEDictionary
	switch {
	case p.leaf.kind < 0 && n > 0: // of the type Null
		return errors.New("there are values in a column of nulls")
	case n == 0:
		p.values, p.indexed = values{}, false
	case p.indexed:
		err = p.loadIndexes(data, n)
	default:
		p.values, err = p.pageValues.decode(data, encoding, n)
	}
	p.rows = rows
	return err
}

// What pager.present has of a row.
var one, none = []byte{1}, []byte{0}

// loadIndexes decodes n indexes into the dictionary.
func (p *pager) loadIndexes(data []byte, n int) (err error) {
	if len(data) == 0 {
		return errShort
	}
	bits, data := uint(data[0]), data[1:]
	switch {
	case bits > 32:
		return fmt.Errorf("indexes of %d bits", bits)
	case bits == 0: // all are the first; some writers then leave the runs out
		p.indexes = resize(p.indexes, n)
		clear(p.indexes)
	default:
		if err := checkRuns(data, bits, n); err != nil {
			return err
		}
		p.indexes, err = (&rle.Encoding{BitWidth: int(bits)}).DecodeInt32(p.indexes[:0], data)
		if err != nil {
			return err
		}
	}
	p.indexes = p.indexes[:n]
	for _, i := range p.indexes {
		if uint32(i) >= uint32(p.dictionary.n) {
			return fmt.Errorf("value %d of a dictionary of %d", uint32(i), p.dictionary.n)
		}
	}
	return nil
}

// count returns how many of the page's rows from one up to another are not null.
func (p *pager) count(from, to int) int {
	if p.present == nil {
		return to - from
	}
	return bytes.Count(p.present[from:to], one)
}
