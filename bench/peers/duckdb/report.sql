-- One row per group, from the pairs, in the columns of sav's report.csv; its intervals and its
-- Kaplan-Meier estimate are left out. Four GROUP BYs took less time than GROUPING SETS.
CREATE TEMP MACRO summary(dt, exch_nr, turns, turn_dt) AS struct_pack(
    conversations := count(*),
    answered := count(dt),
    unanswered := count(*) - count(dt),
    exch_nr := coalesce(sum(exch_nr), 0),
    exch_nr_mean := avg(exch_nr),
    dt_mean_s := avg(dt) / 1e6,
    dt_std_s := stddev_samp(dt) / 1e6,
    dt_min_s := min(dt) / 1e6,
    quantiles := quantile_cont(dt, [0.5, 0.9, 0.99]),
    dt_max_s := max(dt) / 1e6,
    turns := sum(turns),
    turn_dt_mean_s := sum(turn_dt) / nullif(sum(turns), 0) / 1e6
);

CREATE TEMP TABLE report AS
WITH summaries AS (
    SELECT 1 AS place, 'all' AS level, NULL AS country, NULL AS merchant_id,
           summary(dt, exch_nr, turns, turn_dt) AS s
    FROM pairs
    UNION ALL
    SELECT 2, 'country', country, NULL, summary(dt, exch_nr, turns, turn_dt)
    FROM pairs GROUP BY country
    UNION ALL
    SELECT 3, 'merchant', NULL, merchant_id, summary(dt, exch_nr, turns, turn_dt)
    FROM pairs GROUP BY merchant_id
    UNION ALL
    SELECT 4, 'country_merchant', country, merchant_id, summary(dt, exch_nr, turns, turn_dt)
    FROM pairs GROUP BY country, merchant_id
), flat AS (
    SELECT place, level, country, merchant_id, unnest(s) FROM summaries
)
SELECT * EXCLUDE (place, quantiles),
       quantiles[1] / 1e6 AS dt_p50_s,
       quantiles[2] / 1e6 AS dt_p90_s,
       quantiles[3] / 1e6 AS dt_p99_s
FROM flat
ORDER BY place, country, merchant_id;
