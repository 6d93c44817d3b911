# Needs Go, make and a POSIX shell, nothing else. "make" lists the targets.

GO       = go
BIN      = bin/sav
OUT      = out
MESSAGES = testdata/messages.csv
FUZZTIME = 10s
KILLS    = 250
export GO FUZZTIME

# INTEGRATION are the targets of "make integration".
INTEGRATION = cross test-thorough test-kill test-databases test-sql test-reference test-joins test-page test-dist image airflow-test airflow-test-older spark-test notebooks fuzz

.PHONY: help build run test test-thorough test-kill test-databases test-sql test-reference test-joins test-page page-images bench-database bench-sql cross lint tidy bench profile bench-go bench-deliver fuzz integration dist release test-dist image airflow-demo airflow-test airflow-test-older airflow-grid spark-test notebooks clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

build: ## build bin/sav
	$(GO) build -o $(BIN) ./cmd/sav

run: build ## take the sample through analysis and delivery, to a receiver started for it; files in out/
	@scripts/run.sh $(BIN) $(MESSAGES) $(OUT)

test: ## run the tests, with the race detector where there is a C compiler (those of SQLite, which takes long to compile: test-thorough; vet: lint)
	@scripts/test.sh -vet=off -tags nosqlite ./...

test-thorough: ## run all tests, those of random inputs and of every step with 100 draws each and all steps
	@SAV_TEST_THOROUGH=1 RAPID_CHECKS=100 scripts/test.sh -timeout 40m ./...

test-kill: ## kill a delivery KILLS (250) times at random points; the tests do it a few times
	@SAV_TEST_KILLS=$(KILLS) scripts/test.sh -count=1 -timeout 1h -v -run '^TestKillAtRandom$$' ./sink/delivery

test-databases: ## run the tests that need MariaDB and PostgreSQL, on servers started for them (apt-get installs them)
	@scripts/databases.sh scripts/test.sh -count=1 -run 'Server|Database' ./internal/source/servers ./source/sourcetest ./internal/sink/load ./cmd/sav

test-sql: ## ask the questions of sql/ of MariaDB and go-mysql-server: large dependencies that only these tests have
	$(GO) mod tidy -C sql/sqltest -diff
	$(GO) vet -C sql/sqltest ./...
	@scripts/databases.sh $(GO) test -C sql/sqltest -count=1 -timeout 30m ./...

test-reference: ## compute again with R what the tests of the statistics compare with (apt-get installs it), and run them on it
	@scripts/reference.sh

test-joins: ## run the joins of docs/joins.md on DuckDB (installs it below build/; needs Python 3)
	@scripts/joins.sh

test-page: ## open the report page in Chromium: sort, filter, print, narrow and wide, light and dark (apt-get installs it)
	$(GO) mod tidy -C internal/sink/page/pagetest -diff
	$(GO) vet -C internal/sink/page/pagetest ./...
	@scripts/page.sh

page-images: ## the same, and take the pictures of docs/report.md
	@SAV_PAGE_IMAGES=docs/images scripts/page.sh -run 'TestWindows'

airflow-demo: build ## run three days of the sample under an Airflow of its own, show where to look, and stop (needs Python 3)
	@scripts/airflow.sh --small scripts/airflow/demo.py

airflow-test: build ## run the tests of dags/ on a real Airflow, and one day on Spark, which it installs below build/ (needs Python 3)
	@scripts/databases.sh scripts/java.sh scripts/airflow.sh python -m pytest -q -p no:cacheprovider --durations=5 dags/tests

airflow-test-older: build ## run most of them on Airflow 3.2, which it installs below build/; AIRFLOW=3.2 make airflow-test runs all that need no Spark
	@AIRFLOW=3.2 scripts/databases.sh scripts/airflow.sh python -m pytest -q -p no:cacheprovider --durations=5 $(addprefix dags/tests/test_,$(addsuffix .py,dag operators storage package scheduler))

airflow-grid: build ## airflow-demo, and take the picture of docs/airflow.md with Chromium (apt-get and npm install what it needs)
	@scripts/airflow.sh --small scripts/airflow/demo.py --grid docs/images/airflow-grid.png

spark-test: build ## run the tests of spark/ on a cluster of a master and two workers, which it starts and stops (installs Spark below build/; needs Python 3)
	@BIN=$(BIN) scripts/java.sh scripts/spark.sh python -m pytest -q -p no:cacheprovider --durations=5 spark/tests

bench-sql: ## time the questions of sql/ on MariaDB with 5,000,000 sales, without the schema's indexes and with them
	@scripts/databases.sh bench/sql/bench.sh

bench-database: ## time 5,000,000 messages from MariaDB and PostgreSQL beside the bare drivers
	@scripts/databases.sh $(GO) run ./bench/database

cross: ## build and vet for 32 bits, big-endian, Windows and macOS
	@scripts/cross.sh

lint: ## check that gofmt, go vet, staticcheck and the tests of pages and packages find nothing
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "not as gofmt writes it:"; echo "$$bad"; exit 1; }
	$(GO) vet -tags lint ./...
	$(GO) tool staticcheck -tags lint ./...
	$(GO) test -tags lint -count=1 ./internal/lint

dist: ## build what is released into dist/: static binaries for three platforms, licences, the wheel for Airflow, checksums (needs Python 3)
	@scripts/dist.sh dist

release: ## make what the page of a release needs into dist/, with VERSION=v1.2.3: dist, bill of materials, notes of CHANGELOG.md
	@scripts/release.sh "$(VERSION)" dist

test-dist: ## build what is released twice, in two places, and compare the bytes
	@scripts/test-dist.sh

image: dist ## build the container images with buildah (apt-get installs it), without a daemon, and run one
	@scripts/image.sh dist

tidy: ## check that go.mod and go.sum are complete, minimal and unaltered
	$(GO) mod tidy -diff
	$(GO) mod verify

bench: ## measure sav beside DuckDB, Polars and pandas, which it installs below build/ (needs Python 3)
	bench/run.py $(BENCHFLAGS)

profile: ## show where the CPU time of a run over 10,000,000 messages goes (writes build/profile)
	@scripts/profile.sh

bench-go: ## run the benchmarks of the library
	$(GO) test -run '^$$' -bench . -benchmem -short ./...

bench-deliver: ## measure a delivery beside a bare loop of requests
	$(GO) test -run '^$$' -bench 'Deliver|BareLoop' -count 10 ./bench/deliver

notebooks: ## execute the notebooks and check what they show, or write it with UPDATE=1 (installs Jupyter and a Go kernel below build/)
	$(GO) mod tidy -C notebooks -diff
	$(GO) vet -C notebooks ./...
	$(GO) test -C notebooks ./...
	@scripts/notebooks.sh

fuzz: ## run each fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh

integration: ## run what takes long or needs more than Go and make, and print the time of each part
	@scripts/steps.sh $(INTEGRATION)

clean: ## remove what make made
	rm -rf bin out build dist
