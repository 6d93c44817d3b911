package questions_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sql/questions"
)

// The page shows each statement as it is, without the comments before it.
func TestThePageShowsTheStatements(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/sql.md")
	require.NoError(t, err)
	for _, q := range questions.All() {
		var statement strings.Builder
		for line := range strings.Lines(q.Text) {
			if !strings.HasPrefix(line, "--") {
				statement.WriteString(line)
			}
		}
		require.Contains(t, string(page), "```sql\n"+strings.TrimSpace(statement.String())+"\n```", q.Name)
	}
}
