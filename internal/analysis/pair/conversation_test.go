package pair_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/internal/analysis/pair"
	"github.com/sav-analytics/sav/internal/ids"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// A conversation's messages from "second role id": "0 c 9", "0 m -", ….
func conversation(t require.TestingT, c *pair.Conversation, messages ...string) {
	c.Dict = source.NewDict()
	c.Resize(0)
	for i, m := range messages {
		fields := strings.Fields(m)
		at, err := strconv.ParseInt(fields[0], 10, 64)
		require.NoError(t, err)
		role := source.FromClient
		if fields[1] == "m" {
			role = source.FromMerchant
		}
		id := ids.Absent
		if fields[2] != "-" {
			id = c.Dict.ID([]byte(fields[2]))
		}
		c.MessageID, c.Sent, c.Ref = append(c.MessageID, id), append(c.Sent, pair.NewStamp(at*1_000_000, role)),
			append(c.Ref, uint32(i))
	}
}

// Ties go by integers, or else the client comes first; without the column the input
// decides.
func TestArrange(t *testing.T) {
	for _, test := range []struct {
		name        string
		has, newest bool
		messages    string
		want        []uint32
		duplicates  int
	}{
		{"by time", true, false, "2 c 1; 1 m 2; 3 c 3", []uint32{1, 0, 2}, 0},
		{"integers decide", true, false, "0 c 10; 0 m 9", []uint32{1, 0}, 0},
		{"integers of any size, by value", true, false, "0 c 99999999999999999999; 0 m -5; 0 c 007", []uint32{1, 2, 0},
			0},
		{"a text: clients first, then ids", true, false, "0 m 1; 0 c b; 0 c 2; 0 m a", []uint32{2, 1, 0, 3}, 0},
		{"one without an id: clients first, and it last", true, false, "0 m 1; 0 c -; 0 c 2", []uint32{2, 1, 0}, 0},
		{"each instant for itself", true, false, "0 m 1; 0 c 2; 1 m a; 1 c b", []uint32{0, 1, 3, 2}, 0},
		{"no column: as the input has them", false, false, "0 m -; 0 c -; 0 m -", []uint32{0, 1, 2}, 0},
		{"no column, newest first", false, true, "1 c -; 0 m -; 0 c -; 0 m -", []uint32{3, 2, 1, 0}, 0},
		{"equal ids, newest first", true, true, "0 m 7; 0 c 7; 0 c 3", []uint32{2, 1}, 1},
		{"the first of an id stays", true, false, "1 c 7; 0 m 7; 0 c 7", []uint32{1}, 2},
		{"without an id none is a duplicate", true, false, "0 c -; 0 c -", []uint32{0, 1}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := pair.Conversation{HasMessageID: test.has, NewestFirst: test.newest}
			conversation(t, &c, strings.Split(test.messages, "; ")...)
			require.Equal(t, test.duplicates, c.Arrange())
			require.Equal(t, test.want, c.Ref)
		})
	}
}

// However many messages there are, those of one id are found: by looking, and by a table.
func TestArrangeDropsDuplicates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := pair.Conversation{HasMessageID: true}
		var messages []string
		distinct, without := make(map[string]bool), 0
		for range rapid.IntRange(1, 100).Draw(t, "messages") {
			id := rapid.SampledFrom([]string{"-", "1", "2", "3", "x", "y"}).Draw(t, "id")
			if id == "-" {
				without++
			} else {
				id += strconv.Itoa(rapid.IntRange(0, 20).Draw(t, "n"))
				distinct[id] = true
			}
			messages = append(messages, strconv.Itoa(rapid.IntRange(0, 5).Draw(t, "at"))+" "+
				rapid.SampledFrom([]string{"c", "m"}).Draw(t, "role")+" "+id)
		}
		conversation(t, &c, messages...)
		duplicates := c.Arrange()
		require.Equal(t, len(messages)-len(distinct)-without, duplicates)
		require.Len(t, c.Ref, len(messages)-duplicates)
		require.True(t, slices.IsSortedFunc(c.Sent, func(a, b pair.Stamp) int { return cmp.Compare(a.At(), b.At()) }))
	})
}

// Where a thread is cut.
func TestContactEnd(t *testing.T) {
	for _, test := range []struct {
		name     string
		after    time.Duration
		messages string
		want     []int // where contacts end
	}{
		{"never", 0, "0 c -; 1000 c -", []int{2}},
		{"exactly as long is not longer", 10 * time.Second, "0 c -; 10 c -; 21 c -", []int{2, 3}},
		{"a merchant begins none, but ends the silence", 10 * time.Second, "0 c -; 100 m -; 105 c -; 116 c -",
			[]int{3, 4}},
		{"the first client message belongs to the first", 10 * time.Second, "0 m -; 100 c -; 200 c -", []int{2, 3}},
		{"merchants alone", 10 * time.Second, "0 m -; 100 m -", []int{2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var c pair.Conversation
			conversation(t, &c, strings.Split(test.messages, "; ")...)
			rules := pair.Rules{NewAfter: test.after.Microseconds()}
			var got []int
			for from := 0; from < len(c.Sent); {
				from = rules.ContactEnd(c.Sent, from)
				got = append(got, from)
			}
			require.Equal(t, test.want, got)
		})
	}
	require.Equal(t, "9", string(pair.AppendContact([]byte("9"), 1)))
	require.Equal(t, "9#2", string(pair.AppendContact([]byte("9"), 2)))
}

// Ids of messages alone give the order and the duplicates that shared ones do.
func TestArrangeOwnIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dict := source.NewDict()
		own, mixed := intake.NewParser(nil, nil, dict), rapid.Bool().Draw(t, "mixed")
		own.Serve(source.Needs{OwnMessageIDs: true})
		shared := pair.Conversation{Dict: dict, HasMessageID: true}
		alone := pair.Conversation{Dict: dict, HasMessageID: true}
		ids := rapid.SampledFrom([]string{"", "7", "007", "a", "word-%d", "Word-%d",
			"%08x-0000-4000-8000-000000000000", "%08X-0000-4000-8000-000000000000"})
		for i := range rapid.IntRange(1, 50).Draw(t, "messages") {
			text := ids.Draw(t, "id")
			if strings.Contains(text, "%") {
				text = fmt.Sprintf(text, rapid.SampledFrom([]int{1, 2, 10, 11, 300, 301, 302, 303}).Draw(t, "n"))
			}
			role := rapid.SampledFrom([]source.Role{source.FromClient, source.FromMerchant}).Draw(t, "role")
			sent := pair.NewStamp(rapid.Int64Range(0, 9).Draw(t, "at"), role)
			id := dict.ID([]byte(text))
			shared.MessageID = append(shared.MessageID, id)
			shared.Sent, shared.Ref = append(shared.Sent, sent), append(shared.Ref, uint32(i))
			if !mixed || rapid.Bool().Draw(t, "own") {
				var m intake.Message
				own.Set(&m, source.MessageID, []byte(text))
				id = m.MessageID
			}
			alone.MessageID = append(alone.MessageID, id)
			alone.Sent, alone.Ref = append(alone.Sent, sent), append(alone.Ref, uint32(i))
		}
		require.Equal(t, shared.Arrange(), alone.Arrange())
		require.Equal(t, shared.Ref, alone.Ref)
		require.Equal(t, shared.Sent, alone.Sent)
	})
}
