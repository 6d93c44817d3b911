package pagetest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// chromiumVariable names the program to test with.
const chromiumVariable = "SAV_TEST_CHROMIUM"

// A browser is a window of Chromium, and what it complained of or asked for.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string
	requests   []string
}

// open opens a file. At the end of the test nothing may have been complained of,
// and nothing requested but the file.
func open(t *testing.T, path string) *browser {
	t.Helper()
	program := os.Getenv(chromiumVariable)
	if program == "" {
		t.Skipf("%s is not set: scripts/page.sh sets it", chromiumVariable)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...) // t.Context ends before the clean-up
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, b.hear)
	absolute, err := filepath.Abs(path)
	require.NoError(t, err)
	address := (&url.URL{Scheme: "file", Path: absolute}).String()
	b.run(network.Enable(), log.Enable(), runtime.Enable(), chromedp.Navigate(address))
	t.Cleanup(func() {
		require.NoError(t, chromedp.Cancel(ctx)) // and wait for its end
		b.mu.Lock()
		defer b.mu.Unlock()
		require.Empty(t, b.complaints)
		for _, request := range b.requests { // again, where the page was opened again
			require.Equal(t, address, strings.SplitN(request, "#", 2)[0])
		}
		require.NotEmpty(t, b.requests)
	})
	return b
}

func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, fmt.Sprint("console: ", e.Type))
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") && !strings.HasPrefix(e.Request.URL, "blob:") {
			b.requests = append(b.requests, e.Request.URL)
		}
	}
}

// forgive forgets what was complained of until now.
func (b *browser) forgive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = nil
}

func (b *browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Run(b.ctx, actions...))
}

// eval evaluates an expression of the page.
func eval[T any](b *browser, expression string) (value T) {
	b.t.Helper()
	b.run(chromedp.Evaluate(expression, &value))
	return value
}

// look sets the window's size and the colours that the user prefers.
func (b *browser) look(width, height int64, scheme string) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, height),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme",
			Value: scheme}}))
}

// shot writes a picture of the window into the folder for pictures, if there is one.
func (b *browser) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("SAV_PAGE_IMAGES")
	if dir == "" {
		return
	}
	var png []byte
	b.run(chromedp.CaptureScreenshot(&png))
	require.NoError(b.t, os.WriteFile(filepath.Join(dir, name), png, 0o644))
}
