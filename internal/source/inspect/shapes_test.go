package inspect_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/exports"
	"github.com/sav-analytics/sav/internal/source/inspect"
	"github.com/sav-analytics/sav/internal/thorough"
)

// What is guessed of each tool's export makes messages of the same rows as the
// conversations that were exported have.
func TestShapes(t *testing.T) {
	t.Parallel()
	for _, shape := range exports.Shapes {
		t.Run(shape.Name, func(t *testing.T) {
			t.Parallel()
			messages := exports.Draw(7, thorough.Or(60, 150), shape.Kinds)
			name := filepath.Join(t.TempDir(), shape.Name)
			require.NoError(t, os.WriteFile(name, shape.Write(messages), 0o600))
			r, err := inspect.Files(t.Context(), []string{name}, inspect.Options{})
			require.NoError(t, err)
			clients, merchants, conversations, shops := 0, 0, make(map[int]bool), make(map[int]bool)
			for _, m := range messages {
				switch m.By {
				case exports.Client:
					clients++
				case exports.Merchant:
					merchants++
				default:
					continue
				}
				conversations[m.Conversation.ID], shops[m.Conversation.Shop.ID] = true, true
			}
			for _, g := range r.Guesses {
				t.Log(g)
			}
			t.Log(r.Why, r.Notes, r.Rejected)
			require.Equal(t, []int{clients, merchants, len(conversations)}, []int{int(r.Clients), int(r.Merchants),
				r.Conversations})
			if shape.Merchants {
				require.Equal(t, len(shops), r.MerchantIDs)
			}
			require.Empty(t, r.Rejected)
		})
	}
}
