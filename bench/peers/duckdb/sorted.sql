-- Pairs by one sort of the whole table: the message before is then the row before, and a window
-- without partition streams. What opens and closes a turn is as in window.sql.
CREATE TEMP TABLE sorted AS
SELECT conversation_id, t, is_client, merchant_id, country
FROM messages
ORDER BY conversation_id, t, message_id, pos;

CREATE TEMP TABLE pairs AS
WITH ordered AS (
    SELECT *,
           row_number() OVER () AS n,
           lag(is_client, 1, false) OVER ()
               AND lag(conversation_id) OVER () = conversation_id AS after_client
    FROM sorted
)
SELECT min_by(country, n) FILTER (is_client) AS country,
       min_by(merchant_id, n) FILTER (is_client) AS merchant_id,
       min(t) FILTER (NOT is_client) - min(t) FILTER (is_client) AS dt,
       min(n) FILTER (NOT is_client) - min(n) FILTER (is_client) AS exch_nr,
       count(*) FILTER (NOT is_client) AS turns,
       sum(CASE WHEN is_client THEN -t ELSE t END)
           + CASE WHEN count(*) > 2 * turns THEN max(t) FILTER (is_client) ELSE 0 END AS turn_dt
FROM ordered
WHERE is_client <> after_client
GROUP BY conversation_id;
