package servers

import (
	"bufio"
	"context"
	"net"
)

// packetBuffer is how many bytes are read at a time. The driver asks for 4 KiB, some 15 rows.
const packetBuffer = 64 << 10

// A packetConn is the connection below MySQL's driver. It gives the driver one packet at a
// time: after the answer to a query, the driver has not read any row. Rows can then be
// taken from the buffer, where they lie; what is not taken, the driver reads.
//
// A packet is its length in three bytes, its number since the last command, modulo 256,
// and its payload.
type packetConn struct {
	net.Conn
	r         *bufio.Reader
	encrypted bool // by the driver: what comes is not packets

	left  int  // bytes of the packet that the driver reads
	taken byte // packets that were taken since the last command, modulo 256
}

const packetHeader = 4

func packetLength(header []byte) int { return int(header[0]) | int(header[1])<<8 | int(header[2])<<16 }

// dial connects, as the DialFunc of a driver's config.
func (c *packetConn) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var err error
	c.Conn, err = new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.r = bufio.NewReaderSize(c.Conn, packetBuffer)
	return c, nil
}

func (c *packetConn) Read(p []byte) (int, error) {
	if c.encrypted {
		return c.r.Read(p)
	}
	if c.left == 0 {
		header, err := c.r.Peek(packetHeader)
		if err != nil {
			return 0, err
		}
		c.left = packetHeader + packetLength(header)
		header[3] -= c.taken // the driver expects the number after that of the last packet it read
	}
	n, err := c.r.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// Write sends a command, whose answer has packets counted from 1.
func (c *packetConn) Write(p []byte) (int, error) {
	c.taken = 0
	return c.Conn.Write(p)
}

// row returns the next packet if it is a row of a prepared statement that fits the buffer:
// its payload, valid until the next read. Otherwise, and at an error, it returns nil.
func (c *packetConn) row() []byte {
	if c.encrypted || c.left > 0 {
		return nil
	}
	header, err := c.r.Peek(packetHeader)
	if err != nil {
		return nil // the driver will see the same
	}
	size := packetHeader + packetLength(header)
	if size > packetBuffer {
		return nil
	}
	packet, err := c.r.Peek(size)
	if err != nil || size == packetHeader || packet[packetHeader] != 0 {
		return nil
	}
	return packet[packetHeader:]
}

// take makes row return the packet after a row.
func (c *packetConn) take(row []byte) {
	_, _ = c.r.Discard(packetHeader + len(row)) // they are in the buffer
	c.taken++
}
