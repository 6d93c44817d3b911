-- Who are the 10 % of users with the greatest volume, in every month?
--
-- A month's users are those who bought something in it, n of them; of these the
-- first n / 10, rounded up, by volume: 1 of 7 users, 3 of 21. Users of equal
-- volume share a place, so that a tie at the last place is in as a whole. The
-- volume is money, as in monthly_sales.sql.
--
-- Other readings: 10 % of all USERS, whether they bought or not (then n is the
-- number of rows of USERS); rounded down; or ties cut by a further criterion,
-- such as the lower user_id (ROW_NUMBER in the place of RANK).

-- Every user's every month is held at once. MariaDB, which alone obeys the comment
-- before WITH, may do so in up to 1 GB of memory; beyond the 16 MB of its default
-- it would go on to disk, which is slow. (MySQL's limit is tmp_table_size.)

/*M! SET STATEMENT tmp_memory_table_size = 1073741824, max_heap_table_size = 1073741824 FOR */
WITH monthly AS (
    -- What each user spent in each month, for which its last day stands; in
    -- hundredths, integers being quick to sort and to compare.
    SELECT
        LAST_DAY(s.DATE_SALES)                           AS month_end,
        s.USER_ID                                        AS user_id,
        CAST(COALESCE(SUM(s.PRICE), 0) * 100 AS SIGNED)  AS hundredths
    FROM SALES AS s
    GROUP BY month_end, user_id
),
ranked AS (
    -- The user's place in the month, and how many users the month has.
    SELECT
        month_end,
        user_id,
        hundredths,
        RANK()   OVER (PARTITION BY month_end ORDER BY hundredths DESC)  AS place,
        COUNT(*) OVER (PARTITION BY month_end)                           AS users
    FROM monthly
)
SELECT
    DATE_FORMAT(month_end, '%Y-%m')          AS month,
    user_id,
    CAST(hundredths / 100 AS DECIMAL(20,2))  AS volume
FROM ranked
WHERE place <= CEILING(users / 10)
ORDER BY month, volume DESC, user_id;
