# Computes with R what the tests of package stats compare with, and prints it:
# on each line a case, the name of a vector, and its values.
# scripts/reference.sh runs it.

suppressMessages({
	library(survival)
	library(metafor)
})
set.seed(20260301, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

show <- function(case, name, values) {
	values <- as.numeric(values)
	cat(paste(c(case, name, ifelse(is.na(values), "NaN", sprintf("%.17g", values))), collapse = " "), "\n", sep = "")
}

# How long answers take, some of them censored.

kaplan.meier <- function(case, time, answered, quantiles = c()) {
	case <- paste0("survival/", case)
	fit <- summary(survfit(Surv(time, answered) ~ 1, conf.type = "log-log"), censored = FALSE)
	show(case, "times", time)
	show(case, "answered", answered)
	show(case, "time", fit$time)
	show(case, "atRisk", fit$n.risk)
	show(case, "events", fit$n.event)
	show(case, "survival", fit$surv)
	show(case, "stdErr", fit$std.err)
	show(case, "low", fit$lower)
	show(case, "high", fit$upper)
	within(case, time, answered)
	if (length(quantiles) == 0) return(invisible())
	show(case, "p", quantiles)
	show(case, "quantiles", quantile(survfit(Surv(time, answered) ~ 1), quantiles, conf.int = FALSE))
}

# The share of events within x, its interval, and the mean time until x with its
# standard error, at the quartiles of the times and after the longest one. The two
# latter are also survRM2's, by its formula.
within <- function(case, time, answered) {
	fit <- survfit(Surv(time, answered) ~ 1, conf.type = "log-log")
	at <- unique(c(quantile(time, c(0.25, 0.5, 0.75), type = 1), max(time)))
	at <- at[at > 0]
	found <- sapply(at, function(x) {
		censored <- any(time < x & !answered)
		s <- summary(fit, times = x)
		interval <- if (censored) 1 - c(s$upper, s$lower)
			else suppressWarnings(prop.test(sum(time <= x & answered), length(time), correct = FALSE)$conf.int)
		if (censored && s$surv %in% c(0, 1)) interval <- c(NA, NA)
		table <- summary(fit, rmean = x)$table
		idx <- fit$time <= x & fit$n.event > 0
		falls <- fit$time[idx]
		surv <- fit$surv[idx]
		areas <- diff(c(0, falls, x)) * c(1, surv)
		n <- fit$n.risk[idx]
		d <- fit$n.event[idx]
		variance <- ifelse(n == d, 0, d / (n * (n - d)))
		rest <- if (length(falls) > 0) rev(cumsum(rev(areas[-1]))) else numeric(0)
		stopifnot(abs(sum(areas) - table["rmean"]) < 1e-9 * (1 + x))
		c(1 - s$surv, interval, sum(areas), sqrt(sum(rest^2 * variance)))
	})
	show(case, "at", at)
	for (i in 1:5) show(case, c("within", "withinLow", "withinHigh", "mean", "meanStdErr")[i], found[i, ])
}

# Remission times of leukaemia patients under 6-mercaptopurine, in weeks
# (Freireich et al., Blood 21, 1963).
kaplan.meier("6-MP",
	c(6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35),
	c(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), c(0.1, 0.25, 0.5, 0.9))
kaplan.meier("ties", c(0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 3, 5), c(1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1))
kaplan.meier("all-answered", c(3600, 60, 60, 0, 900, 7200, 86400), rep(1, 7), c(0.1, 0.5, 0.9))
kaplan.meier("none-answered", c(60, 3600), c(0, 0))
kaplan.meier("one-answered", 60, 1)
time <- floor(rweibull(301, 0.6, 9000))
observed <- floor(runif(301, 0, 86400))
kaplan.meier("drawn", pmin(time, observed), time <= observed, c(0.1, 0.5, 0.9))

# The distribution of times.

times <- c(0, 0, floor(rlnorm(60, 5, 2)), 1, 3, 7)
show("distribution", "times", times)
f <- ecdf(times)
show("distribution", "knots", knots(f))
show("distribution", "shares", f(knots(f)))
edges <- 2^((0:ceiling(2 * log2(1 + max(times)))) / 2) - 1
show("distribution", "edges", edges)
show("distribution", "bins", hist(times, edges, plot = FALSE)$counts) # the first with 0

# Merchants beside each other, each with a number of answers.

merchants <- function(case, sizes, between) {
	case <- paste0("merchants/", case)
	merchant <- factor(rep(seq_along(sizes), sizes))
	time <- floor(exp(rnorm(length(sizes), 7, between)[merchant] + rnorm(sum(sizes), 0, 1.5)))
	y <- log1p(time)
	variance <- summary(lm(y ~ merchant))$sigma^2
	mean <- as.vector(tapply(y, merchant, mean))
	fit <- rma(mean, variance / sizes, method = "DL")
	predicted <- blup(fit)
	show(case, "sizes", sizes)
	show(case, "times", time)
	show(case, "means", mean)
	show(case, "variances", tapply(y, merchant, var))
	show(case, "pooled", c(mean(y), variance))
	show(case, "model", c(fit$beta, fit$se, fit$tau2))
	show(case, "shrunk", predicted$pred)
	show(case, "stdErr", predicted$se)
	limits <- function(n, coverage) {
		z <- qnorm((1 + coverage) / 2)
		c(mean(y) - z * sqrt(variance / n), mean(y) + z * sqrt(variance / n))
	}
	show(case, "limits95", c(limits(10, 0.95), limits(1000, 0.95)))
	show(case, "limits998", c(limits(10, 0.998), limits(1000, 0.998)))
}

merchants("different", c(1, 2, 3, 5, 8, 13, 21, 34, 55, 89), 1)
merchants("alike", c(40, 2, 12, 7, 25, 5), 0)
merchants("two", c(30, 2), 2)
merchants("hundred", 1 + rpois(100, 12), 0.4)

# Shares beside each other, each of a number of things.

shares <- function(case, n, p) {
	case <- paste0("shares/", case)
	k <- rbinom(length(n), n, p)
	all <- sum(k) / sum(n)
	show(case, "k", k)
	show(case, "n", n)

	# Fisher's exact test of each beside all others, and the adjustment for their number.
	fisher <- sapply(seq_along(n), function(i)
		fisher.test(matrix(c(k[i], n[i] - k[i], sum(k[-i]), sum((n - k)[-i])), 2), alternative = "less")$p.value)
	show(case, "fisher", fisher)
	show(case, "holm", p.adjust(fisher, "holm"))
	show(case, "bh", p.adjust(fisher, "BH"))

	# The funnel of FunnelPlotR for proportions: winsorized scores on the arcsine scale.
	s <- 1 / (2 * sqrt(n))
	z <- (asin(sqrt(k / n)) - asin(sqrt(all))) / s
	trimmed <- pmin(pmax(z, quantile(z, 0.1)), quantile(z, 0.9))
	g <- length(n)
	phi <- sum(trimmed^2) / g
	w <- 1 / s^2
	tau2 <- if (g * phi < g - 1) 0 else max(0, (g * phi - (g - 1)) / (sum(w) - sum(w^2) / sum(w)))
	mid <- pbinom(k - 1, n, all) + dbinom(k, n, all) / 2
	upper <- pbinom(k, n, all, lower.tail = FALSE) + dbinom(k, n, all) / 2
	score <- ifelse(mid < 0.5, qnorm(mid), -qnorm(upper)) * s / sqrt(s^2 + tau2)
	show(case, "tau2", tau2)
	show(case, "score", score)

	# The share of all with clusters: linearization, and logit with Student's t.
	se <- sqrt(g / (g - 1) * sum((k - all * n)^2)) / sum(n)
	show(case, "cluster", c(all, se))
	half <- qt(0.975, g - 1) * se / (all * (1 - all))
	wilson <- suppressWarnings(prop.test(sum(k), sum(n), correct = FALSE)$conf.int)
	show(case, "interval", c(min(wilson[1], plogis(qlogis(all) - half)), max(wilson[2], plogis(qlogis(all) + half))))

	# A p chart (qcc's limits), and Laney's factor.
	scores <- (k / n - all) / sqrt(all * (1 - all) / n)
	spread <- max(1, median(abs(diff(scores))) / 0.9538725524)
	show(case, "spread", spread)
	show(case, "lower", pmax(0, all - 3 * spread * sqrt(all * (1 - all) / n)))
	show(case, "upper", pmin(1, all + 3 * spread * sqrt(all * (1 - all) / n)))
}

shares("alike", 5 + rpois(60, 30), 0.9)
shares("different", 5 + rpois(60, 30), rbeta(60, 8, 2))
shares("two", c(400, 100), c(0.06, 0.9))

# Differences of two periods.

shares.before <- list(n = 5 + rpois(40, 30))
shares.before$k <- rbinom(40, shares.before$n, rbeta(40, 8, 2))
shares.now <- list(n = c(0, 4 + rpois(39, 25)))
shares.now$k <- rbinom(40, shares.now$n, 0.9)
for (name in c("before", "now")) {
	of <- get(paste0("shares.", name))
	show("difference", paste0(name, "K"), of$k)
	show("difference", paste0(name, "N"), of$n)
}
linear <- function(sum, n) (sum - sum(sum) / sum(n) * n) / sum(n)
newcombe <- function(k1, n1, k2, n2) {
	w1 <- suppressWarnings(prop.test(k1, n1, correct = FALSE)$conf.int)
	w2 <- suppressWarnings(prop.test(k2, n2, correct = FALSE)$conf.int)
	d <- k1 / n1 - k2 / n2
	c(d, d - sqrt((k1 / n1 - w1[1])^2 + (w2[2] - k2 / n2)^2), d + sqrt((w1[2] - k1 / n1)^2 + (k2 / n2 - w2[1])^2))
}
with(list(a = shares.now, b = shares.before), {
	d <- newcombe(sum(a$k), sum(a$n), sum(b$k), sum(b$n))
	show("difference", "newcombe", d)
	g <- length(a$k)
	half <- qt(0.975, g - 1) * sqrt(g / (g - 1) * sum((linear(a$k, a$n) - linear(b$k, b$n))^2))
	show("difference", "clusters", c(d[1], min(d[2], d[1] - half), max(d[3], d[1] + half)))
	p <- sapply(2:g, function(i) min(1, 2 * min(sapply(c("less", "greater"), function(side)
		fisher.test(matrix(c(a$k[i], a$n[i] - a$k[i], b$k[i], b$n[i] - b$k[i]), 2), alternative = side)$p.value))))
	show("difference", "changes", c(NaN, p.adjust(p, "BH")))
})

# Restricted means of two groups, as survRM2 computes them: its vignette has the
# difference of this trial of primary biliary cirrhosis.
trial <- survival::pbc[1:312, ]
time <- trial$time / 365.25
died <- as.numeric(trial$status == 2)
restricted <- function(time, event, tau) {
	fit <- survfit(Surv(time, event) ~ 1)
	idx <- fit$time <= tau
	times <- sort(c(fit$time[idx], tau))
	surv <- fit$surv[idx]
	areas <- diff(c(0, times)) * c(1, surv)
	n <- fit$n.risk[idx]
	d <- fit$n.event[idx]
	variance <- c(ifelse(n == d, 0, d / (n * (n - d))), 0)
	c(sum(areas), sqrt(sum(cumsum(rev(areas[-1]))^2 * rev(variance)[-1])))
}
arms <- lapply(1:2, function(arm) restricted(time[trial$trt == arm], died[trial$trt == arm], 10))
d <- arms[[1]][1] - arms[[2]][1]
half <- qnorm(0.975) * sqrt(arms[[1]][2]^2 + arms[[2]][2]^2)
stopifnot(abs(c(d, d - half, d + half) - c(-0.137, -0.939, 0.665)) < 0.0006) # survRM2's
show("trial", "times", time)
show("trial", "died", died)
show("trial", "arm", trial$trt)
show("trial", "means", c(arms[[1]], arms[[2]]))
show("trial", "difference", c(d, d - half, d + half))

# A chart of single values, with the limits of qcc's type "xbar.one".
values <- rlnorm(40, 8, 0.4)
sd <- mean(abs(diff(values))) / (2 / sqrt(pi))
show("xmr", "values", values)
show("xmr", "limits", mean(values) + c(0, -3, 3) * sd)
