-- Who are the 10 % of users with the greatest volume, in every month?
--
-- A month's users are those who bought something in it, n of them; of these the
-- first n / 10, rounded up, by volume: 1 of 7 users, 3 of 21. Users of equal
-- volume share a rank, so that a tie at the last place is in as a whole. The
-- volume is money, as in monthly_sales.sql.
--
-- Other readings: 10 % of all USERS, whether they bought or not (then n is the
-- number of rows of USERS); rounded down; or ties cut by a further criterion,
-- such as the lower user_id (ROW_NUMBER in the place of RANK).

WITH monthly AS (
    SELECT DATE_FORMAT(DATE_SALES, '%Y-%m') AS month, USER_ID AS user_id, COALESCE(SUM(PRICE), 0) AS volume
    FROM SALES WHERE USER_ID IS NOT NULL AND DATE_SALES IS NOT NULL GROUP BY month, user_id
), ranked AS (
    SELECT *, RANK() OVER (PARTITION BY month ORDER BY volume DESC) AS place, COUNT(*) OVER (PARTITION BY month) AS users
    FROM monthly
)
SELECT month, user_id, CAST(volume AS DECIMAL(20,2)) AS volume
FROM ranked WHERE 10 * (place - 1) < users ORDER BY month, place, user_id;
