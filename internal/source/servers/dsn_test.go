package servers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseDSN(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"mysql", "mysql://sav@db.example:3307/shop", "mysql://sav@db.example:3307/shop"},
		{"its port", "mysql://sav@db.example/shop", "mysql://sav@db.example:3306/shop"},
		{"mariadb", "mariadb://sav@db.example/shop", "mysql://sav@db.example:3306/shop"},
		{"postgres", "postgres://sav@[::1]/shop", "postgres://sav@[::1]:5432/shop"},
		{"postgresql", "postgresql://sav@db.example/shop?sslmode=verify-full", "postgres://sav@db.example:5432/shop"},
		{"socket", "mysql://sav@/shop?socket=/run/mysqld.sock", "mysql://sav@/shop"},
		{"a folder of a socket", "postgres://sav@/shop?host=/run/postgresql", "postgres://sav@/shop"},
		{"a socket of another port", "postgres://sav@/shop?host=/run/postgresql&port=5433", "postgres://sav@/shop"},
		{"a private authority", "mysql://sav@db.example/shop?ssl-ca=/ca.pem&ssl-cert=/me.pem&ssl-key=/me.key",
			"mysql://sav@db.example:3306/shop"},
		{"odd names", "mysql://s%40v@db.example/sh%3Fop", "mysql://s%40v@db.example:3306/sh%3Fop"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dsn, err := ParseDSN(c.text, "pa55word")
			require.NoError(t, err)
			require.Equal(t, c.want, dsn.String())
		})
	}
}

func TestParseDSNRefuses(t *testing.T) {
	const form = "not of the form"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", form},
		{"another database", "oracle://sav@db/shop", form},
		{"the driver's own form", "sav@tcp(db:3306)/shop", form},
		{"no database", "mysql://sav@db/", form},
		{"two", "mysql://sav@db/shop/messages", form},
		{"not a URL", "mysql://sav:pa55word@db:port/shop", form},
		{"a password", "mysql://sav:pa55word@db/shop", "holds a password"},
		{"an empty password", "mysql://sav:@db/shop", "holds a password"},
		{"an address without brackets", "postgres://sav@::1/shop", form},
		{"no user", "mysql://db/shop", "names no user"},
		{"no host", "mysql://sav@/shop", "names no host"},
		{"a variable of the session", "mysql://sav@db/shop?sql_mode=%27%27;DROP", "parameters"},
		{"an option of the driver", "mysql://sav@db/shop?multiStatements=true",
			"has an unknown parameter: there are socket, ssl-ca, ssl-cert, ssl-key, tls"},
		{"local files", "mysql://sav@db/shop?allowAllFiles=true", "has an unknown parameter"},
		{"settings of the server", "postgres://sav@db/shop?options=-c%20statement_timeout%3D0",
			"has an unknown parameter"},
		{"another password", "postgres://sav@db/shop?password=pa55word",
			"has an unknown parameter: there are host, port, sslcert, sslkey, sslmode, sslrootcert"},
		{"a password for a parameter's name", "postgres://sav@db/shop?pa55word", "has an unknown parameter"},
		{"an unknown way to TLS", "mysql://sav@db/shop?tls=pa55word",
			"has an unknown value of the parameter tls: there are true, skip-verify, preferred, false"},
		{"an unknown sslmode", "postgres://sav@db/shop?sslmode=",
			"has an unknown value of the parameter sslmode: there are disable, allow"},
		{"one parameter twice", "postgres://sav@db/shop?sslmode=require&sslmode=disable", "twice"},
		{"two ports", "postgres://sav@:5433/shop?host=/tmp&port=5434", "a port twice"},
		{"a port that is none", "postgres://sav@/shop?host=/tmp&port=5433,5434", "has a port that is not a number"},
		{"port 0", "postgres://sav@db:0/shop", "has a port that is not a number"},
		{"a certificate without its key", "mysql://sav@db/shop?ssl-cert=/me.pem",
			"ssl-cert and ssl-key: both are needed"},
		{"a key without its certificate", "postgres://sav@db/shop?sslkey=/me.key",
			"sslcert and sslkey: both are needed"},
		{"an authority that is not heeded", "mysql://sav@db/shop?tls=skip-verify&ssl-ca=/ca.pem",
			"ssl-ca, which is heeded with tls=true alone"},
		{"a certificate that is not sent", "mysql://sav@db/shop?tls=false&ssl-cert=/me.pem&ssl-key=/me.key",
			"tls=false"},
		{"a parameter cut short", "postgres://sav@db/shop?sslmode=%", "parameters"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseDSN(c.text, "")
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "pa55word")
		})
	}
}

func TestPasswordIsNotPrinted(t *testing.T) {
	for _, text := range []string{"mysql://sav@db/shop?tls=true", "postgres://sav@db/shop"} {
		dsn, err := ParseDSN(text, "pa55word")
		require.NoError(t, err)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			for _, v := range []any{dsn, &dsn, struct{ D DSN }{dsn}} {
				require.NotContains(t, fmt.Sprintf(verb, v), "pa55word", verb)
			}
		}
	}
	require.Equal(t, "no database", DSN{}.String())
}

func FuzzParseDSN(f *testing.F) {
	f.Add("mysql://", "@db:3306/shop?tls=true")
	f.Add("postgres://sav:", "@[::1]/shop")
	f.Add("postgres://sav@db/shop?password=", "&sslmode=disable")
	f.Add("mysql://sav@db/%", "")
	f.Add("postgres://sav@db/shop?", "=1")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "pa55word"
		dsn, err := ParseDSN(before+":"+secret+"@"+after, secret)
		if err != nil {
			require.NotContains(t, err.Error(), secret)
			return
		}
		if !strings.Contains(before, "@") { // else what follows is no password
			require.NotContains(t, dsn.String(), secret)
		}
		again, err := ParseDSN(dsn.String(), secret)
		if dsn.host != "" {
			require.NoError(t, err)
			require.Equal(t, dsn.String(), again.String())
		}
	})
}
