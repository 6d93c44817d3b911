-- Which products does one merchant alone sell, and more than 10 of them a day?
--
-- The last 3 months are the days from the same day 3 months ago up to yesterday:
-- today is not over, and left out. Where that day does not exist, they begin
-- with the last day of its month (on 31 May, with 28 or 29 February). In these
-- days the product was sold by one merchant only, and the mean over all of them,
-- 89 to 92, is above 10 units a day. A row of SALES is one unit.
--
-- Other readings: no other merchant ever sold the product (then the number of
-- merchants is counted over all of SALES); or more than 10 units on each single
-- day; or a mean over the days with a sale alone.
--
-- A result can be repeated later: SET @today = '2024-05-31' takes the place of
-- the current date, which is that of UTC, as DATE_SALES is.

SELECT PRODUCT_ID AS product_id, MIN(MERCHANT_ID) AS merchant_id, COUNT(*) AS units,
    CAST(CAST(COUNT(*) AS DECIMAL(20,8)) / days AS DECIMAL(20,4)) AS units_per_day
FROM SALES
JOIN (
    SELECT today, today - INTERVAL 3 MONTH AS since, DATEDIFF(today, today - INTERVAL 3 MONTH) AS days
    FROM (SELECT CAST(COALESCE(@today, DATE(UTC_TIMESTAMP())) AS DATE) AS today) AS given
) AS period ON DATE_SALES >= since AND DATE_SALES < today
GROUP BY product_id, days
HAVING COUNT(DISTINCT MERCHANT_ID) = 1 AND COUNT(MERCHANT_ID) = units AND units > 10 * days
ORDER BY units DESC, product_id;
