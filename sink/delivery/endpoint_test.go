package delivery

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEndpoint(t *testing.T) {
	tests := []struct{ raw, key, shown string }{
		{"https://api.example.com/v1", "https://api.example.com/v1", "https://api.example.com/v1"},
		{"HTTPS://API.example.com/V1#top", "https://api.example.com/V1", "https://api.example.com/V1"},
		{"https://user:pass@api.example.com/", "https://api.example.com/", "https://api.example.com/"},
		{"https://api.example.com/?tenant=7&key=s", "https://api.example.com/?tenant=7&key=s",
			"https://api.example.com/?"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"https://h/services/T00000000/B0/xY3zXY3zXY3zXY3z", "https://h/services/T00000000/B0/xY3zXY3zXY3zXY3z",
			"https://h/services/T00000000/B0/…"},
		{"https://h/9f86d081884c7d659a2f/in?a=b", "https://h/9f86d081884c7d659a2f/in?a=b", "https://h/…/in?"},
		{"https://h/merchant-response-times/v1", "https://h/merchant-response-times/v1",
			"https://h/merchant-response-times/v1"},
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
		{"password as sent", "https://me:pass-word@h/", "", "Authorization: Basic bWU6cGFzcy13b3Jk",
			"Authorization: Basic [redacted]"},
		{"password, escaped", "https://me:p%40ssword@h/", "", "p@ssword p%40ssword", "[redacted] [redacted]"},
		{"user alone", "https://sk_live_7@h/", "", "sk_live_7, Basic c2tfbGl2ZV83Og==", "[redacted], Basic [redacted]"},
		{"query", "https://h/?key=s3cret&n=1234", "", "/?key=s3cret&n=1234 s3cret 1234",
			"/?[redacted] [redacted] [redacted]"},
		{"value of a query, escaped", "https://h/?key=s3%2Bcret", "", "s3+cret s3%2Bcret", "[redacted] [redacted]"},
		{"one within the other", "https://h/?key=s3cret", "s3cret-token", "s3cret-token s3cret",
			"[redacted] [redacted]"},
		{"secret in the path", "https://h/hook/aB3aB3aB3aB3aB3a/x", "", "POST /hook/aB3aB3aB3aB3aB3a/x",
			"POST /hook/[redacted]/x"},
		{"within base64", "https://h/", "T0ken-secret", "Basic " +
			base64.StdEncoding.EncodeToString([]byte("me:T0ken-secret")) + ".", "Basic [redacted]."},
		{"what looks like an escape in it", "https://h/", "&s3%41cret", "&amp;s3%41cret &s3%41cret",
			"[redacted] [redacted]"},
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

// A secret is found in any form: each character escaped in another way, all of
// that escaped again, or in base64 among other bytes.
func TestRedactAnyForm(t *testing.T) {
	characters := rapid.SampledFrom([]rune(`abzAZ019-._~+/=&<>"'\ %é世𝄞`))
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringOfN(characters, 4, 24, -1).Draw(t, "secret")
		var escaped strings.Builder // each character in a way of its own
		for _, r := range secret {
			text := rapid.SampledFrom(escapes).Draw(t, "escape of one")(r)
			if text == string(r) && strings.ContainsRune(`\%&`, r) {
				text = fmt.Sprintf("&#%d;", r) // or it would begin another escape
			}
			escaped.WriteString(text)
		}
		shown := rapid.SampledFrom([]string{secret, escaped.String()}).Draw(t, "shown")
		for range rapid.IntRange(0, 2).Draw(t, "times") { // and all of that again
			escape := rapid.SampledFrom(escapes[1:]).Draw(t, "escape of all")
			var again strings.Builder
			for _, r := range shown {
				again.WriteString(escape(r))
			}
			shown = again.String()
		}
		e, err := parseEndpoint("https://h/", secret)
		require.NoError(t, err)
		require.Equal(t, "<[redacted]>", e.redact("<"+shown+">"))

		before, after := rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "before"), rapid.SliceOfN(rapid.Byte(), 0,
			5).Draw(t, "after")
		coded := slices.Concat(before, []byte(secret), after)
		if len(secret) < 10 {
			return // its own characters in base64 are too few
		}
		for _, coding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding,
			base64.RawURLEncoding} {
			require.Equal(t, "<[redacted]>", e.redact("<"+coding.EncodeToString(coded)+">"))
		}
	})
}

// escapes are those of JSON, HTML and URLs, of what needs them and of what does not.
var escapes = []func(r rune) string{
	func(r rune) string { return string(r) },
	func(r rune) string { return html.EscapeString(string(r)) },
	func(r rune) string { return fmt.Sprintf("&#%d;", r) },
	func(r rune) string { return fmt.Sprintf("&#x%04X;", r) },
	func(r rune) string { return url.QueryEscape(string(r)) },
	func(r rune) string { return url.PathEscape(string(r)) },
	func(r rune) string {
		text := ""
		for _, b := range []byte(string(r)) {
			text += fmt.Sprintf("%%%02x", b)
		}
		return text
	},
	func(r rune) string { text, _ := json.Marshal(string(r)); return string(text[1 : len(text)-1]) },
	func(r rune) string {
		text := ""
		for _, unit := range utf16.Encode([]rune{r}) {
			text += fmt.Sprintf("\\u%04X", unit)
		}
		return text
	},
	func(r rune) string {
		if r == '/' || r == '"' || r == '\\' {
			return "\\" + string(r)
		}
		return string(r)
	},
}

// A proxy that cannot be read is an error: net/http would connect without it.
func TestProxyOfTheEnvironment(t *testing.T) {
	for value, ok := range map[string]bool{
		"": true, "http://proxy:3128": true, "https://u:secret-1@proxy": true, "socks5://proxy:1080": true,
		"proxy:3128": true, "10.0.0.1": true,
		"http://[::1": false, "ftp://secret-1@proxy": false, "http://": false, "%zz": false, "http://proxy:port": false,
		"://proxy": false, "http://u:secret-1@": false,
	} {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
			t.Setenv("HTTPS_PROXY", "")
			t.Setenv("https_proxy", "")
			t.Setenv(name, value)
			err := Options{URL: "https://api.example.com"}.Check()
			if ok {
				require.NoError(t, err, value)
				continue
			}
			require.ErrorIs(t, err, ErrConfig, value)
			require.ErrorContains(t, err, name)
			require.NotContains(t, err.Error(), "secret-1")
			require.NoError(t, Options{URL: "http://127.0.0.1"}.Check(), "the proxy of another scheme")
		}
	}
}

func TestTokenOverPlainHTTPToThisMachine(t *testing.T) {
	for _, raw := range []string{"http://127.0.0.1/", "http://127.8.9.1:80/", "http://[::1]:8080/",
		"http://localhost:8080/", "https://api.example.com/"} {
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
		case status == 206:
			want = unknown
		case status < 300:
			want = acknowledged
		case status == 401, status == 403:
			want = unauthorized
		case status == 408, status == 425, status == 429, status >= 500 && status != 501:
			want = unknown
		}
		require.Equal(t, want, outcomeOf(status, false), status)
		if status == 409 {
			want = unknown
		}
		require.Equal(t, want, outcomeOf(status, true), status)
	}
}

// FuzzRedact: whatever an API answers, no secret is left in it, and what has no
// secret in any form stays as it is.
func FuzzRedact(f *testing.F) {
	const secret = "T0ken/secret+1"
	for _, text := range []string{"", secret, "%54%30ken/secret%2b1", `\u0054\u00`, "&#84;0ken", "VDBrZW4vc2VjcmV0KzE=",
		`\ud834\udd1e`, "%%%", "&;&#;", "----"} {
		f.Add(text)
	}
	e, err := parseEndpoint("https://h/", secret)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		shown := e.redact(text)
		require.NotContains(t, shown, secret)
		if shown == text {
			return
		}
		require.Contains(t, shown, "[redacted]")
	})
}
