-- The rows by a client or a merchant: view source. The types are given, so nothing is sniffed; ids are
-- integers of 32 bits here, where sav takes any text. t is in microseconds.
CREATE TEMP VIEW source AS
SELECT conversation_id,
       message_id,
       epoch_us(created_at) AS t,
       sender_user_id = client_user_id AS is_client,
       merchant_id,
       coalesce(country, 'unknown') AS country
FROM input
WHERE sender_user_id = client_user_id OR sender_user_id = merchant_user_id;
