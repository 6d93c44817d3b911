-- A client message after none or after a merchant's opens a turn; a merchant message after a
-- client's closes it. What is left alternates: open, close, open, close.
CREATE TEMP TABLE pairs AS
WITH numbered AS (
    SELECT *,
           row_number() OVER () AS n,
           lag(is_client, 1, false) OVER ()
               AND lag(conversation_id) OVER () = conversation_id AS after_client
    FROM sorted
), turns AS (
    SELECT *,
           lag(conversation_id) OVER () IS DISTINCT FROM conversation_id AS opening,
           CASE WHEN lead(conversation_id) OVER () = conversation_id THEN lead(t) OVER () - t END AS dt,
           CASE WHEN lead(conversation_id) OVER () = conversation_id THEN lead(n) OVER () - n END AS written
    FROM numbered
    WHERE is_client <> after_client
)
SELECT max(CASE WHEN opening THEN country END) AS country,
       max(CASE WHEN opening THEN merchant_id END) AS merchant_id,
       max(CASE WHEN opening THEN dt END) AS dt,
       max(CASE WHEN opening THEN written END) AS exch_nr,
       count(dt) AS turns,
       sum(dt) AS turn_dt
FROM turns
WHERE is_client
GROUP BY conversation_id;
