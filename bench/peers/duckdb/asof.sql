-- Pairs by an ASOF join: each client message with the next merchant message of its conversation.
-- The client messages that share one are a turn.
--
-- The join takes one inequality, so time and message id are packed in one number. That is sound
-- where every message has an integer id: after the duplicates are gone, no two are equal.
CREATE TEMP TABLE keyed AS
SELECT conversation_id, (t::HUGEINT << 64) + message_id AS k, is_client, merchant_id, country
FROM messages;

CREATE TEMP TABLE turns AS
SELECT c.conversation_id,
       min(c.k) AS opened,
       m.k AS closed,
       count(*) AS written,
       min_by(c.merchant_id, c.k) AS merchant_id,
       min_by(c.country, c.k) AS country
FROM (FROM keyed WHERE is_client) AS c
ASOF LEFT JOIN (FROM keyed WHERE NOT is_client) AS m
    ON c.conversation_id = m.conversation_id AND c.k < m.k
GROUP BY c.conversation_id, m.k;

CREATE TEMP TABLE pairs AS
SELECT min_by(country, opened) AS country,
       min_by(merchant_id, opened) AS merchant_id,
       ((min(closed) >> 64) - (min(opened) >> 64))::BIGINT AS dt,
       min_by(written, closed) AS exch_nr,
       count(closed) AS turns,
       sum(((closed >> 64) - (opened >> 64))::BIGINT) AS turn_dt
FROM turns
GROUP BY conversation_id;
