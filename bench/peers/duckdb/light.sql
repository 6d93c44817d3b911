-- The light question: the mean response time per country and merchant, and nothing else.
--
-- Time and message id are packed in one number of 64 bits, which is sound for whole seconds and ids
-- below 2^32, as in the file. Duplicates are left in: those of the file have the time of the message
-- they repeat, so they change no mean.
CREATE TEMP TABLE messages AS
SELECT conversation_id, ((t // 1000000) << 32) + message_id AS k, is_client, merchant_id, country
FROM source;

CREATE TEMP TABLE opened AS
SELECT conversation_id,
       min(k) FILTER (is_client) AS c,
       min(k) FILTER (NOT is_client) AS m,
       min_by(country, k) FILTER (is_client) AS country,
       min_by(merchant_id, k) FILTER (is_client) AS merchant_id
FROM messages
GROUP BY conversation_id
HAVING c IS NOT NULL AND m IS NOT NULL;

CREATE TEMP TABLE report AS
WITH early AS (  -- where the merchant wrote first, the first message after c is looked for
    SELECT conversation_id, min(k) AS m
    FROM messages JOIN (FROM opened WHERE m < c) AS o USING (conversation_id)
    WHERE NOT is_client AND k > c
    GROUP BY conversation_id
), answered AS (
    SELECT country, merchant_id, (m >> 32) - (c >> 32) AS dt_s FROM opened WHERE m > c
    UNION ALL
    SELECT country, merchant_id, (early.m >> 32) - (c >> 32) FROM early JOIN opened USING (conversation_id)
)
SELECT 'country_merchant' AS level, country, merchant_id, avg(dt_s) AS dt_mean_s
FROM answered
GROUP BY country, merchant_id
ORDER BY country, merchant_id;
