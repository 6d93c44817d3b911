-- The light question: the mean response time per country and merchant, and nothing else.
--
-- As sorted.sql, but duplicates are left in: those of the file have the time of the message they
-- repeat, so they change no mean.
CREATE TEMP TABLE sorted AS
FROM source
ORDER BY conversation_id, t, message_id;

-- What is left alternates between client and merchant, and begins with the client: the first two of a
-- conversation are its opening exchange.
CREATE TEMP TABLE report AS
WITH marked AS (
    SELECT *,
           lag(is_client, 1, false) OVER ()
               AND lag(conversation_id) OVER () = conversation_id AS after_client
    FROM sorted
), alternating AS (
    SELECT country, merchant_id,
           lag(conversation_id) OVER () IS DISTINCT FROM conversation_id AS opening,
           CASE WHEN lead(conversation_id) OVER () = conversation_id THEN lead(t) OVER () - t END AS dt
    FROM marked
    WHERE is_client <> after_client
)
SELECT 'country_merchant' AS level, country, merchant_id, avg(dt) / 1e6 AS dt_mean_s
FROM alternating
WHERE opening AND dt IS NOT NULL
GROUP BY country, merchant_id
ORDER BY country, merchant_id;
