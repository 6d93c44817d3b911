package inspect_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/source/dialect"
	"github.com/sav-analytics/sav/internal/source/inspect"
	"github.com/sav-analytics/sav/source"
)

// look inspects one file of a text.
func look(t *testing.T, text string, opts inspect.Options) (*inspect.Report, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "input")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return inspect.Files(t.Context(), []string{name}, opts)
}

// guesses are a report's guesses in short.
func guesses(r *inspect.Report) (all []string) {
	for _, g := range r.Guesses {
		text := string(g.Kind)
		if g.Name != "" {
			text += " " + g.Name
		}
		all = append(all, text+"="+g.Value)
	}
	return all
}

const canonical = "conversation_id,merchant_id,sender_role,created_at\n1,7,c,2026-03-01 10:00\n1,7,m,2026-03-01 10:30\n"

func TestNothingToGuess(t *testing.T) {
	t.Parallel()
	r, err := look(t, canonical, inspect.Options{})
	require.NoError(t, err)
	require.Empty(t, r.Guesses)
	require.True(t, r.Fits)
	require.Empty(t, r.Why)
	require.EqualValues(t, 2, r.Rows)
	require.Equal(t, 1, r.Answered)
	require.Equal(t, "2026-03-01T10:30:00Z", r.Times.Last.Format("2006-01-02T15:04:05Z"))
	require.Equal(t, []inspect.Role{{Word: "c", Count: 1, Meaning: "client", Why: "known"},
		{Word: "m", Count: 1, Meaning: "merchant", Why: "known"}}, r.Roles)
}

// What is guessed of the first file is dropped where another file could not be read with it, and all fit as they are.
func TestGuessThatDoesNotSuitAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var names []string
	for client, row := range map[string]string{"client_user_id": "1,2,2,93", "Buyer ID": "1,1,1,91"} {
		name := filepath.Join(dir, client[:1]+".csv")
		require.NoError(t, os.WriteFile(name, []byte("created_at,merchant_id,"+client+",sender_user_id,merchant_user_id\n"+
			"2026-03-01 10:00,"+row+"\n"), 0o600))
		names = append(names, name)
	}
	slices.Sort(names)
	slices.Reverse(names) // client_user_id first
	r, err := inspect.Files(t.Context(), names[:1], inspect.Options{})
	require.NoError(t, err)
	require.NotEmpty(t, r.Guesses)
	r, err = inspect.Files(t.Context(), names, inspect.Options{})
	require.NoError(t, err)
	require.True(t, r.Fits)
	require.Empty(t, r.Guesses)
	require.EqualValues(t, 2, r.Rows)
}

// What is known already is not guessed, and wins over what would be.
func TestWhatIsGivenIsTaken(t *testing.T) {
	t.Parallel()
	text := "ticket_id;who;when;text\n1;agent;01/02/2026 10:00;a\n1;user;01/02/2026 10:30;b\n"
	format, err := source.ParseTimeFormat("%m/%d/%Y %H:%M")
	require.NoError(t, err)
	r, err := look(t, text, inspect.Options{Rules: source.Rules{
		Override: map[source.Field]string{source.SenderRole: "who", source.CreatedAt: "when"}, TimeFormat: format,
		Set:   map[source.Field]string{source.MerchantID: "9"},
		Roles: map[string]source.WrittenBy{"agent": source.ByClient, "user": source.ByMerchant},
	}, Dialect: dialect.Options{Delimiter: ';'}})
	require.NoError(t, err)
	require.Empty(t, r.Guesses)
	require.True(t, r.Fits)
	require.Equal(t, "2026-01-02T10:00:00Z", r.Times.First.Format("2006-01-02T15:04:05Z"))
}

func TestWhatIsGuessed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"an unknown word, and no merchant", "ticket_id,role,created_at\n1,customer,2026-03-01\n1,agent,2026-03-02\n",
			[]string{"role agent=merchant", "set merchant_id=shop"}},
		{"an agent beside a seller", "ticket_id,shop_id,role,created_at\n1,7,customer,2026-03-01\n1,7,seller,2026-03-02\n1,7,agent,2026-03-03\n", []string{"role agent=other"}},
		{"the day first", "ticket_id,shop_id,role,created_at\n1,7,c,31/01/2026 10:00\n1,7,m,01/02/2026 10:00\n",
			[]string{"time-format=%d/%m/%Y %H:%M"}},
		{"either first, close to each other",
			"ticket_id,shop_id,role,created_at\n1,7,c,01/02/2026 10:00\n1,7,m,02/02/2026 10:00\n",
			[]string{"time-format=%d/%m/%Y %H:%M"}},
		{"lines before the header", "Export of today\n\nticket_id;shop_id;role;created_at\n1;7;c;2026-03-01\n1;7;m;2026-03-02\n", []string{"dialect skip-lines=2"}},
		{"backslashes", "ticket_id,shop_id,role,created_at,body\n1,7,c,2026-03-01,\"a \\\"b\\\", c\"\n1,7,m,2026-03-02,\"d\"\n", []string{"dialect escape=backslash"}},
		{"another delimiter", "ticket_id~shop_id~role~created_at\n1~7~c~2026-03-01\n1~7~m~2026-03-02\n",
			[]string{"dialect delimiter=~"}},
		{"another encoding", "ticket_id,shop_id,role,created_at,body\n1,7,c,2026-03-01,caf\xe9\n1,7,m,2026-03-02,\xe0 bient\xf4t\n", []string{"dialect encoding=windows-1252"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := look(t, c.text, inspect.Options{})
			require.NoError(t, err)
			require.Equal(t, c.want, guesses(r))
			require.EqualValues(t, 1, r.Clients)
			require.EqualValues(t, 1, r.Merchants)
		})
	}
}

// What cannot be read at all is an error, as it is for an analysis; what can be read and
// lacks something is not.
func TestWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	var input *source.InputError
	for _, text := range []string{"", "\x89PNG\r\n\x1a\n", "PK\x03\x04xl/workbook.xml"} {
		_, err := look(t, text, inspect.Options{})
		require.ErrorAs(t, err, &input)
	}
	_, err := inspect.Files(t.Context(), nil, inspect.Options{})
	require.Error(t, err)
	_, err = inspect.Files(t.Context(), []string{"nothing.csv"}, inspect.Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = inspect.Files(t.Context(), []string{"-"}, inspect.Options{})
	require.Error(t, err)

	r, err := look(t, "a,b\n1,2\n", inspect.Options{})
	require.NoError(t, err)
	require.False(t, r.Fits)
	require.Contains(t, r.Why, "lacks created_at")
	require.Contains(t, r.Missing, "created_at")
}

func TestStandardInput(t *testing.T) {
	t.Parallel()
	r, err := inspect.Files(t.Context(), []string{"-"}, inspect.Options{Stdin: strings.NewReader(canonical)})
	require.NoError(t, err)
	require.True(t, r.Fits)
	require.Equal(t, "standard input", r.Inputs[0].Name)
}

// It looks at some of the rows, and says that there are more.
func TestRows(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString(canonical)
	for range 200_000 {
		b.WriteString("2,7,c,2026-03-01 10:00\n")
	}
	r, err := look(t, b.String(), inspect.Options{Rows: 10})
	require.NoError(t, err)
	require.True(t, r.More)
	require.Less(t, r.Rows, int64(200_000))
}

// Whatever a file holds, looking at it does not fail in another way than it may.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(canonical))
	f.Add([]byte("sep=;\nid;date\n1;31/10/2017"))
	f.Add([]byte("{\"id\":1,\"author\":{\"type\":\"user\"},\"created_at\":1687000000}\n"))
	f.Add([]byte("[{\"a\":[1,{\"b\":2}]},{}]"))
	f.Add([]byte("Title\n\na\tb\\tc\n1\t\"2\n"))
	f.Add([]byte("a,a\n1,2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			t.Skip("a header of thousands of columns takes seconds")
		}
		r, err := inspect.Files(t.Context(), []string{"-"}, inspect.Options{Stdin: bytes.NewReader(data), Rows: 100})
		if err != nil {
			return
		}
		require.Equal(t, r.Fits, r.Why == "")
		for _, g := range r.Guesses {
			require.NotEmpty(t, g.Kind)
		}
	})
}
