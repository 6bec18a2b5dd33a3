-- Seed: 010_three_weeks
-- Description: Three weeks of recommendations of eight symbols, with targets and options
-- Created: 2026-11-21

-- Safe to load twice, on any date: the ids are fixed, times count back from the first load and expiries on from it. The
-- figures come from md5, so they are always the same.

WITH symbol (n, symbol, price) AS (
    VALUES (0, 'AAPL', 227.50), (1, 'MSFT', 431.20), (2, 'NVDA', 141.80), (3, 'AMZN', 219.40), (4, 'TSLA', 248.60),
           (5, 'META', 598.30), (6, 'SPY', 590.70), (7, 'QQQ', 512.40)
),
draw AS (
    SELECT
        i,
        s.symbol,
        s.price,
        ('x' || substr(md5('price' || i), 1, 8))::BIT(32)::BIGINT & 65535 AS of_price,
        ('x' || substr(md5('side' || i), 1, 8))::BIT(32)::BIGINT & 65535 AS of_side,
        ('x' || substr(md5('confidence' || i), 1, 8))::BIT(32)::BIGINT & 65535 AS of_confidence
    FROM generate_series(1, 48) AS i
    JOIN symbol AS s ON s.n = i % 8
),
reco AS (
    SELECT
        i,
        symbol,
        CASE WHEN of_side < 32000 THEN 'BUY' WHEN of_side < 54000 THEN 'SELL' ELSE 'HOLD' END AS side,
        round(price * (0.95 + 0.10 * of_price / 65535.0), 2) AS entry_price,
        round(0.50 + 0.45 * of_confidence / 65535.0, 4) AS confidence
    FROM draw
)
INSERT INTO recommendations (
    reco_id, asof, symbol, horizon, side, entry_price, confidence_overall, expected_move_pct, rationale, quality
)
SELECT
    format('5a4d1c61-%s-4000-8000-%s', lpad(i::TEXT, 4, '0'), lpad(i::TEXT, 12, '0'))::UUID,
    CURRENT_TIMESTAMP - i * INTERVAL '10 hours 30 minutes',
    symbol,
    (ARRAY['day', 'swing', '1-2 months'])[1 + i % 3],
    side,
    entry_price,
    confidence,
    CASE side WHEN 'BUY' THEN 1 WHEN 'SELL' THEN -1 ELSE 0 END * round(1 + 9 * confidence, 4),
    jsonb_build_object('reasoning', 'Sample ' || i, 'indicators', jsonb_build_object('rsi_14', 30 + i % 40)),
    '{"analyst": "seed", "model_version": "2.3.0"}'
FROM reco
ON CONFLICT (reco_id) DO NOTHING;

INSERT INTO reco_targets (reco_id, ordinal, name, target_type, value, confidence, eta_minutes)
SELECT
    r.reco_id,
    t.ordinal,
    'Target ' || t.ordinal,
    'price',
    round(r.entry_price * (1 + r.expected_move_pct / 100 * t.ordinal / 3), 2),
    round(r.confidence_overall / t.ordinal, 4),
    t.ordinal * 1440
FROM recommendations AS r
CROSS JOIN generate_series(1, 3) AS t (ordinal)
WHERE r.quality ->> 'analyst' = 'seed'
  AND r.side <> 'HOLD'
ON CONFLICT (reco_id, ordinal) DO NOTHING;

INSERT INTO option_ideas (reco_id, option_type, expiry, strike, option_entry_price, greeks, iv)
SELECT
    r.reco_id,
    CASE r.side WHEN 'BUY' THEN 'CALL' ELSE 'PUT' END,
    CURRENT_DATE + 45,
    round(r.entry_price / 5) * 5,
    round(r.entry_price * 0.028, 2),
    '{"delta": 0.45, "gamma": 0.02, "theta": -0.06, "vega": 0.18}',
    '{"iv": 0.31, "iv_rank": 42}'
FROM recommendations AS r
WHERE r.quality ->> 'analyst' = 'seed'
  AND r.side <> 'HOLD'
  AND r.confidence_overall > 0.70
ON CONFLICT (reco_id) DO NOTHING;

INSERT INTO option_targets (reco_id, ordinal, name, value, confidence, eta_minutes)
SELECT
    o.reco_id,
    t.ordinal,
    'Target ' || t.ordinal,
    round(o.option_entry_price * (1 + 0.5 * t.ordinal), 2),
    round(0.70 / t.ordinal, 4),
    t.ordinal * 2880
FROM option_ideas AS o
JOIN recommendations AS r ON r.reco_id = o.reco_id
CROSS JOIN generate_series(1, 2) AS t (ordinal)
WHERE r.quality ->> 'analyst' = 'seed'
ON CONFLICT (reco_id, ordinal) DO NOTHING;
