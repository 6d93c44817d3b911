package delivery_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/delivery/receiver"
	"github.com/sav-analytics/sav/sink/delivery"
)

// An authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // the certificate in PEM form
	dir  string
}

func newAuthority(t *testing.T) *authority {
	a := &authority{dir: t.TempDir()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true,
		BasicConstraintsValid: true,
		NotBefore:             time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign,
	}
	var der []byte
	a.key, der = sign(t, template, template, nil)
	var err error
	a.cert, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	a.file = a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

// sign makes a key and a certificate for it; without a parent's key it is
// signed by its own.
func sign(t *testing.T, template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	if parentKey == nil {
		parentKey = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	require.NoError(t, err)
	return key, der
}

func (a *authority) write(t *testing.T, name, kind string, der []byte) string {
	path := filepath.Join(a.dir, name)
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

// issue makes a certificate for this machine, that lasts from a time on.
func (a *authority) issue(t *testing.T, name string, until time.Time) (certFile, keyFile string) {
	key, der := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   time.Now().Add(-2 * time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}, a.cert, a.key)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return a.write(t, name+".pem", "CERTIFICATE", der), a.write(t, name+".key", "PRIVATE KEY", pkcs8)
}

// newTLSAPI is an api whose server has a certificate of a until that time.
func newTLSAPI(t *testing.T, a *authority, until time.Time, adjust func(*httptest.Server)) *api {
	cert, err := tls.LoadX509KeyPair(a.issue(t, "server", until))
	require.NoError(t, err)
	return startAPI(t, receiver.Faults{}, accept, func(s *httptest.Server) {
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		if adjust != nil {
			adjust(s)
		}
		s.StartTLS()
	})
}

func TestTLS(t *testing.T) {
	ours, other := newAuthority(t), newAuthority(t)
	later, earlier := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	tests := []struct {
		name   string
		until  time.Time
		ca     string
		adjust func(*httptest.Server)
		err    error
	}{
		{"trusted", later, ours.file, nil, nil},
		{"trusted, HTTP/2", later, ours.file, func(s *httptest.Server) { s.EnableHTTP2 = true }, nil},
		{"not trusted", later, "", nil, delivery.ErrIncomplete},
		{"of another authority", later, other.file, nil, delivery.ErrIncomplete},
		{"expired", earlier, ours.file, nil, delivery.ErrIncomplete},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newTLSAPI(t, ours, test.until, test.adjust)
			dir := newReport(t, 300)
			opts := quick(api.URL)
			opts.Token = "secret"
			var err error
			opts.TLS, err = delivery.TLSFiles(test.ca, "", "")
			require.NoError(t, err)
			got, err := deliverQuick(t, dir, opts)
			if test.err == nil {
				require.NoError(t, err)
				requireWhole(t, dir, api.effects, 300)
				return
			}
			require.ErrorIs(t, err, test.err)
			require.ErrorContains(t, err, "certificate")
			require.EqualValues(t, 30, got.Pending)
			require.Zero(t, got.Retried, "a certificate does not get better")
			require.Empty(t, api.got())
			require.LessOrEqual(t, len(journalOf(t, dir)), 10, "other batches are not tried")
		})
	}
}

// An API that does not speak TLS will not do so at the next attempt either.
func TestNoTLS(t *testing.T) {
	api := newAPI(t, accept)
	dir := newReport(t, 300)
	got, err := deliverQuick(t, dir, quick(strings.Replace(api.URL, "http://", "https://", 1)))
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.ErrorContains(t, err, "HTTP response to HTTPS client")
	require.EqualValues(t, 30, got.Pending)
	require.Zero(t, got.Retried)
	require.LessOrEqual(t, len(journalOf(t, dir)), 10, "other batches are not tried")
}

func TestClientCertificate(t *testing.T) {
	a := newAuthority(t)
	api := newTLSAPI(t, a, time.Now().Add(time.Hour), func(s *httptest.Server) {
		s.TLS.ClientAuth = tls.RequireAndVerifyClientCert
		s.TLS.ClientCAs = x509.NewCertPool()
		s.TLS.ClientCAs.AddCert(a.cert)
	})
	dir := newReport(t, 21)
	opts := quick(api.URL)
	opts.Attempts = 2
	var err error
	opts.TLS, err = delivery.TLSFiles(a.file, "", "")
	require.NoError(t, err)
	got, err := deliverQuick(t, dir, opts)
	require.ErrorIs(t, err, delivery.ErrIncomplete)
	require.EqualValues(t, 3, got.Pending)

	cert, key := a.issue(t, "client", time.Now().Add(time.Hour))
	opts.TLS, err = delivery.TLSFiles(a.file, cert, key)
	require.NoError(t, err)
	_, err = deliverQuick(t, dir, opts)
	require.NoError(t, err)
	requireWhole(t, dir, api.effects, 21)
}

func TestTLSFilesRefuses(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.issue(t, "client", time.Now().Add(time.Hour))
	for name, files := range map[string][3]string{
		"no such authority":     {filepath.Join(a.dir, "none.pem"), "", ""},
		"authority without PEM": {key, "", ""},
		"no key":                {"", cert, ""},
		"no certificate":        {"", "", key},
		"another's key":         {"", a.file, key},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := delivery.TLSFiles(files[0], files[1], files[2])
			require.ErrorIs(t, err, delivery.ErrConfig)
		})
	}
}
