-- What did each merchant sell in each month?
--
-- The volume of sales is the sum of the prices of what was sold: money, not
-- units. A unit whose price is not known (NULL) adds nothing to it, but it was
-- sold: a merchant's month with such units only is there, with a volume of 0.
-- A month in which a merchant sold nothing is not there.
--
-- Another reading: the volume is the number of units. That is COUNT(*) in the
-- place of the sum.

SELECT
    MERCHANT_ID                                     AS merchant_id,
    DATE_FORMAT(DATE_SALES, '%Y-%m')                AS month,
    CAST(COALESCE(SUM(PRICE), 0) AS DECIMAL(20,2))  AS volume
FROM SALES
GROUP BY merchant_id, month
ORDER BY merchant_id, month;
