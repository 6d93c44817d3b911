package delivery

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEndpoint(t *testing.T) {
	tests := []struct{ raw, key, shown string }{
		{"https://api.example.com/v1", "https://api.example.com/v1", "https://api.example.com/v1"},
		{"HTTPS://API.example.com/V1#top", "https://api.example.com/V1", "https://api.example.com/V1"},
		{"https://user:pass@api.example.com/", "https://api.example.com/", "https://api.example.com/"},
		{"https://api.example.com/?tenant=7&key=s", "https://api.example.com/?tenant=7&key=s", "https://api.example.com/?"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
	}
	for _, test := range tests {
		t.Run(test.raw, func(t *testing.T) {
			e, err := parseEndpoint(test.raw, "")
			require.NoError(t, err)
			require.Equal(t, test.key, e.key)
			require.Equal(t, test.shown, e.shown)
		})
	}
}

func TestEndpointRefuses(t *testing.T) {
	const token = "T0ken-secret"
	tests := []struct{ name, raw, token string }{
		{"empty", "", ""},
		{"no scheme", "api.example.com", ""},
		{"no host", "https:///v1", ""},
		{"another scheme", "ftp://api.example.com", ""},
		{"no URL", "http://[::1", ""},
		{"hides in a URL that cannot be read", "https://u:" + token + "@api.example.com:port/", ""},
		{"token over plain http", "http://api.example.com/", token},
		{"token over plain http to an address", "http://192.0.2.1/", token},
		{"token to a name that only begins like this machine's", "http://localhost.example.com/", token},
		{"token to an address that only begins like this machine's", "http://127.0.0.1.example.com/", token},
		{"password over plain http", "http://u:" + token + "@api.example.com/", ""},
		{"line break in the token", "https://api.example.com/", token + "\r\nX-Header: 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := Options{URL: test.raw, Token: test.token}.Check()
			require.ErrorIs(t, err, ErrConfig)
			require.NotContains(t, err.Error(), token)
		})
	}
}

// A secret is found in every form in which an API may show it back.
func TestRedact(t *testing.T) {
	tests := []struct{ name, raw, token, text, want string }{
		{"nothing", "https://h/", "", "a text", "a text"},
		{"token", "https://h/", "T0ken", "Bearer T0ken.", "Bearer [redacted]."},
		{"password", "https://me:pass-word@h/", "", "me pass-word", "me [redacted]"},
		{"password and user", "https://me:pass-word@h/", "", "https://me:pass-word@h/", "https://[redacted]@h/"},
		{"password as sent", "https://me:pass-word@h/", "", "Authorization: Basic bWU6cGFzcy13b3Jk", "Authorization: Basic [redacted]"},
		{"password, escaped", "https://me:p%40ssword@h/", "", "p@ssword p%40ssword", "[redacted] [redacted]"},
		{"user alone", "https://sk_live_7@h/", "", "sk_live_7, Basic c2tfbGl2ZV83Og==", "[redacted], Basic [redacted]"},
		{"query", "https://h/?key=s3cret&n=1234", "", "/?key=s3cret&n=1234 s3cret 1234", "/?[redacted] [redacted] [redacted]"},
		{"value of a query, escaped", "https://h/?key=s3%2Bcret", "", "s3+cret s3%2Bcret", "[redacted] [redacted]"},
		{"one within the other", "https://h/?key=s3cret", "s3cret-token", "s3cret-token s3cret", "[redacted] [redacted]"},
		{"too short to be one", "https://h/?n=1", "", "1 of 1", "1 of 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := parseEndpoint(test.raw, test.token)
			require.NoError(t, err)
			require.Equal(t, test.want, e.redact(test.text))
		})
	}
}

func TestTokenOverPlainHTTPToThisMachine(t *testing.T) {
	for _, raw := range []string{"http://127.0.0.1/", "http://127.8.9.1:80/", "http://[::1]:8080/", "http://localhost:8080/", "https://api.example.com/"} {
		_, err := parseEndpoint(raw, "secret")
		require.NoError(t, err, raw)
	}
}

func TestOutcomeOf(t *testing.T) {
	for status := range 1000 {
		want := dead
		switch {
		case status < 200, status > 599: // none of HTTP's final answers
			want = unknown
		case status < 300:
			want = acknowledged
		case status == 401, status == 403:
			want = unauthorized
		case status == 408, status == 425, status == 429, status >= 500 && status != 501:
			want = unknown
		}
		require.Equal(t, want, outcomeOf(status), status)
	}
}
