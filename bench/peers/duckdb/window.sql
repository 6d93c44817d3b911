-- Pairs by window functions: count the client's messages of a conversation, and look at the
-- message before.
--
-- A client message after none or after a merchant's opens a turn; a merchant message after a
-- client's closes it. The first of each are the opening exchange.
CREATE TEMP TABLE pairs AS
WITH ordered AS (
    SELECT conversation_id, t, is_client, merchant_id, country,
           count(*) FILTER (is_client) OVER o AS written,
           lag(is_client, 1, false) OVER o AS after_client
    FROM messages
    WINDOW o AS (PARTITION BY conversation_id ORDER BY t, message_id, pos ROWS UNBOUNDED PRECEDING)
)
SELECT max(CASE WHEN is_client AND written = 1 THEN country END) AS country,
       max(CASE WHEN is_client AND written = 1 THEN merchant_id END) AS merchant_id,
       min(t) FILTER (NOT is_client) - min(t) AS dt,
       min(written) FILTER (NOT is_client) AS exch_nr,
       count(*) FILTER (NOT is_client) AS turns,
       -- closings less openings; an open turn at the end does not count
       sum(CASE WHEN is_client THEN -t ELSE t END)
           + CASE WHEN count(*) > 2 * turns THEN max(t) ELSE 0 END AS turn_dt
FROM ordered
WHERE is_client <> after_client
GROUP BY conversation_id;
