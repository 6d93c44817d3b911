package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/policy"
)

// A policy names merchants and countries in any form that messages may have them in.
func TestNames(t *testing.T) {
	t.Parallel()
	p, err := policy.Parse("p", []byte(`targets: {merchants: {72.0: 1h, "+72": 2h, " 073 ": 3h, -5.00: 4h, 7.5: 5h}, countries: {fr: 6h}, default: 7h}`))
	require.NoError(t, err)
	for _, test := range []struct {
		merchant, country string
		hours             int64
	}{
		{"72", "FR", 1}, {"72.0", "FR", 1}, {"+72", "FR", 2}, {"073", "FR", 3}, {"73", "FR", 6}, {"-5", "FR", 4},
		{"7.5", "FR", 5},
		{"7.50", "FR", 6}, {"+72.0", "fr", 6}, {"1", "DE", 7}, {"", "", 7},
	} {
		micros, ok := p.Target(test.merchant, test.country)
		require.True(t, ok)
		require.Equal(t, test.hours*3600e6, micros, "%+v", test)
	}
	require.Equal(t, policy.Who{Merchant: "72"}, p.Targets()[2].Who)
}
