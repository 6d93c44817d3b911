-- The light question: the mean response time per country and merchant, and nothing else.
--
-- Time and message id are packed in one number of 64 bits, which is sound for whole seconds and ids
-- below 2^32, as in the file. Duplicates are left in: those of the file have the time of the message
-- they repeat, so they change no mean.
CREATE TEMP TABLE messages AS
SELECT conversation_id,
       ((epoch_us(created_at) // 1000000) << 32) + message_id AS k,
       sender_user_id = client_user_id AS is_client,
       merchant_id,
       coalesce(country, 'unknown') AS country
FROM read_csv(getvariable('input'), auto_detect = false, header = true, parallel = true,
              delim = ',', quote = '"', escape = '"',
              columns = {
                  'message_id': 'BIGINT', 'conversation_id': 'BIGINT', 'created_at': 'TIMESTAMP',
                  'sender_user_id': 'BIGINT', 'client_user_id': 'BIGINT',
                  'merchant_user_id': 'BIGINT', 'merchant_id': 'BIGINT', 'country': 'VARCHAR'})
WHERE sender_user_id = client_user_id OR sender_user_id = merchant_user_id;

CREATE TEMP TABLE report AS
WITH opened AS (
    SELECT conversation_id, min(k) AS c,
           min_by(country, k) AS country, min_by(merchant_id, k) AS merchant_id
    FROM messages WHERE is_client
    GROUP BY conversation_id
), answered AS (
    SELECT conversation_id, any_value(opened.country) AS country, any_value(opened.merchant_id) AS merchant_id,
           (min(k) >> 32) - (any_value(c) >> 32) AS dt_s
    FROM messages JOIN opened USING (conversation_id)
    WHERE NOT is_client AND k > c
    GROUP BY conversation_id
)
SELECT 'country_merchant' AS level, country, merchant_id, avg(dt_s) AS dt_mean_s
FROM answered
GROUP BY country, merchant_id
ORDER BY country, merchant_id;
