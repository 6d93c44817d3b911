// Command sav tells a marketplace how fast its merchants answer their clients.
//
// It composes the rooms of the library and has no rule of its own:
// source → frame → analysis → sink. Run "sav --help" for its commands.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // --tz works on machines without a zone database

	"github.com/alecthomas/kong"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

func main() {
	os.Exit(run(interruptible(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// interruptible returns a context that ends with the first SIGINT or SIGTERM,
// which its cause names. The second one ends the process.
func interruptible() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Stop(signals)
		cancel(&interruptedError{s.(syscall.Signal)})
	}()
	return ctx
}

// cli is every command and the options they share. Options come from flags,
// then from SAV_* variables (--log-level is SAV_LOG_LEVEL). --version has none:
// a variable of that name, such as an image's, must not end a job with success.
type cli struct {
	LogFormat string           `enum:"text,json" default:"text" help:"Form of the log on standard error: ${enum}."`
	LogLevel  slog.Level       `default:"warn" help:"Least level that is logged: debug, info, warn or error."`
	Progress  bool             `negatable:"" default:"true" help:"Show progress when standard error is a terminal."`
	Metrics   string           `placeholder:"FILE" help:"Also write what the run did, for the textfile collector of Prometheus' node exporter."`
	Version   kong.VersionFlag `env:"-" help:"Print the version and exit."`

	RunAll   runCmd      `cmd:"" name:"run" help:"Analyse messages, then deliver the report."`
	Analyze  analyzeCmd  `cmd:"" help:"Analyse messages: write report.csv, rejects.csv and run.json."`
	Inspect  inspectCmd  `cmd:"" help:"Say what files are, and the command that analyses them."`
	Merge    mergeCmd    `cmd:"" help:"Make one report of the states of several shards."`
	Key      keyCmd      `cmd:"" help:"Spread messages over parts, in blocks, for a cluster to bring together."`
	Shard    shardCmd    `cmd:"" help:"Make the state of a part of what sav key spread."`
	Explain  explainCmd  `cmd:"" help:"Show how one conversation comes to its numbers, row by row."`
	Report   reportCmd   `cmd:"" help:"Make the page report.html of an analysis."`
	Waiting  waitingCmd  `cmd:"" help:"List who waits for an answer, longest first."`
	Deliver  deliverCmd  `cmd:"" help:"Deliver (or go on delivering) a report to an API."`
	Load     loadCmd     `cmd:"" help:"Put a report into a table of a database."`
	Receive  receiveCmd  `cmd:"" help:"Run a receiver to try deliveries against."`
	Generate generateCmd `cmd:"" help:"Generate realistic messages, reproducibly."`
	Policy   policyCmd   `cmd:"" name:"policy" help:"What was promised: working hours and targets."`
	SQL      sqlCmd      `cmd:"" name:"sql" help:"The three questions on users and sales, in SQL."`
	About    versionCmd  `cmd:"" name:"version" help:"Print the version, its commit and the Go release."`
}

// helpText is what "sav COMMAND --help" says more of each command, with an example.
//
//go:embed help.txt
var helpText string

// env is what a command may use of the outside world.
type env struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
	progress       bool        // standard error is a terminal, and progress was not refused
	ended          *rundir.Run // of the command, if it had one: for --metrics
}

// interruptibleStdin is standard input, whose reads end when the command is
// interrupted: a terminal or a pipe may keep a read waiting for ever.
func (e *env) interruptibleStdin() io.ReadCloser {
	r, w := io.Pipe()
	context.AfterFunc(e.ctx, func() { w.CloseWithError(context.Cause(e.ctx)) })
	go func() {
		_, err := io.Copy(w, e.stdin)
		w.CloseWithError(err)
	}()
	return r
}

// exit ends kong's own early exits (--help, --version) without ending the process.
type exit int

// run is the whole program: it parses args, runs one command and returns its
// exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exit:
			status = int(p)
		default: // a fault of ours: say so, with where
			status = fail(stdout, stderr, fmt.Errorf("internal fault, please report it: %v\n%s", p, debug.Stack()))
		}
	}()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("sav"),
		kong.Description("How fast do merchants answer their clients? From messages to a report per country and merchant, and on to an API."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.DefaultEnvars("SAV"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": version()},
	)
	if err != nil {
		return fail(stdout, stderr, err)
	}
	for _, command := range parser.Model.Leaves(false) {
		_, detail, _ := strings.Cut(helpText, "# "+command.FullPath()+"\n")
		command.Detail, _, _ = strings.Cut(detail, "\n\n# sav ")
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return fail(stdout, stderr, usage("%w (try sav --help)", err))
	}
	e := &env{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr,
		log: newLogger(stderr, c.LogFormat, c.LogLevel), progress: c.Progress && isTerminal(stderr)}
	e.hideFromLibraries(func(line string) string { return line })
	begin := time.Now()
	if err = notAddress("--metrics", c.Metrics); err != nil {
		return fail(stdout, stderr, err)
	}
	err = parsed.Run(e)
	if c.Metrics != "" {
		err = e.writeMetrics(c.Metrics, parsed.Command(), begin, err)
	}
	if err != nil {
		return fail(stdout, stderr, err)
	}
	return statusDone
}

// usage returns an error in what the user typed.
func usage(format string, args ...any) error {
	return &statusError{statusUsage, fmt.Errorf(format, args...)}
}

// badInput returns an error in what is read.
func badInput(format string, args ...any) error {
	return &statusError{statusInput, fmt.Errorf(format, args...)}
}
