-- One row per group, from the pairs, in the columns of sav's report.csv; its intervals and its
-- Kaplan-Meier estimate are left out.
CREATE TEMP TABLE report AS
WITH summary AS (
    SELECT CASE WHEN grouping(country) = 1 AND grouping(merchant_id) = 1 THEN 'all'
                WHEN grouping(merchant_id) = 1 THEN 'country'
                WHEN grouping(country) = 1 THEN 'merchant'
                ELSE 'country_merchant' END AS level,
           country,
           merchant_id,
           count(*) AS conversations,
           count(dt) AS answered,
           count(*) - count(dt) AS unanswered,
           coalesce(sum(exch_nr), 0) AS exch_nr,
           avg(exch_nr) AS exch_nr_mean,
           avg(dt) / 1e6 AS dt_mean_s,
           stddev_samp(dt) / 1e6 AS dt_std_s,
           min(dt) / 1e6 AS dt_min_s,
           quantile_cont(dt, [0.5, 0.9, 0.99]) AS q,
           max(dt) / 1e6 AS dt_max_s,
           sum(turns) AS turns,
           sum(turn_dt) / nullif(sum(turns), 0) / 1e6 AS turn_dt_mean_s
    FROM pairs
    GROUP BY GROUPING SETS ((), (country), (merchant_id), (country, merchant_id))
)
SELECT * EXCLUDE (q), q[1] / 1e6 AS dt_p50_s, q[2] / 1e6 AS dt_p90_s, q[3] / 1e6 AS dt_p99_s
FROM summary
ORDER BY array_position(['all', 'country', 'merchant', 'country_merchant'], level),
         country, merchant_id;
