package exports

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// ManyMerchants returns a CSV of messages of n merchants that differ in how fast they answer.
func ManyMerchants(n int) string {
	var text strings.Builder
	random := rand.New(rand.NewPCG(1, 1))
	text.WriteString("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,country\n")
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		usual := math.Exp(8 + random.NormFloat64())
		country := []string{"FR", "DE", "IT", "ES"}[i%4]
		for k := range 1 + int(math.Exp(random.ExpFloat64())) {
			opened := first.Add(time.Duration(random.IntN(30*24*3600)) * time.Second)
			fmt.Fprintf(&text, "%s,%d,%[2]d,0,%[3]d,%[4]s\n", opened.Format(time.RFC3339), 1+k, i, country)
			if wait := usual * math.Exp(1.5*random.NormFloat64()); random.IntN(10) > 0 && wait < 30*86400 {
				fmt.Fprintf(&text, "%s,0,%d,0,%d,%s\n",
					opened.Add(time.Duration(wait)*time.Second).Format(time.RFC3339), 1+k, i, country)
			}
		}
	}
	return text.String()
}
