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
-- the current date.

SELECT
    s.PRODUCT_ID        AS product_id,
    MIN(s.MERCHANT_ID)  AS merchant_id,
    COUNT(*)            AS units,
    COUNT(*) / DATEDIFF(
        CAST(COALESCE(@today, CURDATE()) AS DATE),
        CAST(COALESCE(@today, CURDATE()) AS DATE) - INTERVAL 3 MONTH
    )                   AS units_per_day
FROM SALES AS s
WHERE s.DATE_SALES >= CAST(COALESCE(@today, CURDATE()) AS DATE) - INTERVAL 3 MONTH
  AND s.DATE_SALES <  CAST(COALESCE(@today, CURDATE()) AS DATE)
GROUP BY product_id
HAVING COUNT(DISTINCT s.MERCHANT_ID) = 1
   AND units_per_day > 10
ORDER BY units_per_day DESC, product_id;
