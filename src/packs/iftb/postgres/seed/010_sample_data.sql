-- Seed: 010_sample_data
-- Description: A small simulated history on the exchange "demo", so that every view and function shows something
-- Created: 2026-11-21

-- Every time counts back from one anchor: the hour of the first load, kept as a system event. A second load, even days
-- later, finds the same anchor and so adds nothing. The figures come from sines and md5, so they are always the same.

INSERT INTO system_events (timestamp, event_type, severity, source, message, details)
SELECT
    date_trunc('hour', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
    'seed_loaded',
    'info',
    'iftb_seed',
    'Sample data loaded',
    '{"seed": "iftb", "exchange": "demo"}'
WHERE NOT EXISTS (
    SELECT FROM system_events AS e WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
);

INSERT INTO system_events (timestamp, event_type, severity, source, message, details, correlation_id)
SELECT
    anchor.time - event.hours_ago * INTERVAL '1 hour',
    event.event_type,
    event.severity,
    'iftb_seed',
    event.message,
    event.details::jsonb,
    event.correlation_id
FROM (
    SELECT e.timestamp AS time
    FROM system_events AS e
    WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
) AS anchor
CROSS JOIN (
    VALUES
        (240, 'startup', 'info', 'Trading engine started', '{"version": "1.0.0"}', 'seed-1'),
        (130, 'api_error', 'error', 'Order book stream lost, reconnected', '{"attempts": 2}', 'seed-2'),
        (74, 'circuit_breaker', 'warning', 'Three losses in a row', '{"breaker": "consecutive_losses"}', 'seed-3'),
        (40, 'kill_switch', 'critical', 'Stopped by hand for an exchange upgrade', '{"by": "operator"}', 'seed-4')
) AS event (hours_ago, event_type, severity, message, details, correlation_id)
WHERE NOT EXISTS (
    SELECT FROM system_events AS e WHERE e.source = 'iftb_seed' AND e.correlation_id = event.correlation_id
);

-- Candles: hourly for 10 days, daily for 40. price(k) is a wave with a little noise, k hours before the anchor.

INSERT INTO ohlcv_data (
    exchange, symbol, timeframe, timestamp, open, high, low, close, volume, quote_volume, trade_count, data_source,
    has_gap, is_interpolated, quality_score, quality_details
)
SELECT
    'demo',
    candle.symbol,
    candle.timeframe,
    candle.time,
    candle.open,
    round(GREATEST(candle.open, candle.close) * (1 + 0.004 * candle.noise), 2),
    round(LEAST(candle.open, candle.close) * (1 - 0.004 * candle.noise), 2),
    candle.close,
    round((50 + 100 * candle.noise) * candle.hours * 1000 / candle.base * 60, 4),
    round((50 + 100 * candle.noise) * candle.hours * 1000 * 60, 2),
    (200 + 800 * candle.noise)::bigint * candle.hours,
    'simulation',
    candle.symbol = 'SOL/USDT' AND candle.timeframe = '1h' AND candle.step = 6,
    candle.symbol = 'SOL/USDT' AND candle.timeframe = '1h' AND candle.step = 7,
    CASE WHEN candle.symbol = 'SOL/USDT' AND candle.timeframe = '1h' AND candle.step IN (6, 7) THEN 0.5 ELSE 1 END,
    CASE WHEN candle.symbol = 'SOL/USDT' AND candle.timeframe = '1h' AND candle.step IN (6, 7)
         THEN '{"note": "stream lost"}'::jsonb ELSE '{}'::jsonb END
FROM (
    SELECT
        market.symbol,
        market.base,
        frame.timeframe,
        frame.hours,
        step.step,
        frame.newest - step.step * frame.hours * INTERVAL '1 hour' AS time,
        round(market.base * (1 + 0.04 * sin((step.step + 1) * frame.hours / 29.0)::numeric
              + 0.012 * sin((step.step + 1) * frame.hours / 5.0)::numeric), 2) AS open,
        round(market.base * (1 + 0.04 * sin(step.step * frame.hours / 29.0)::numeric
              + 0.012 * sin(step.step * frame.hours / 5.0)::numeric), 2) AS close,
        ('x' || substr(md5(market.symbol || frame.timeframe || step.step), 1, 6))::bit(24)::integer / 16777216.0
            AS noise
    FROM (
        SELECT e.timestamp AS time
        FROM system_events AS e
        WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
    ) AS anchor
    CROSS JOIN (VALUES ('BTC/USDT', 60000.0), ('ETH/USDT', 3000.0), ('SOL/USDT', 150.0)) AS market (symbol, base)
    CROSS JOIN LATERAL (
        VALUES
            ('1h', 1, 240, anchor.time - INTERVAL '1 hour'),
            ('1d', 24, 40, date_trunc('day', anchor.time AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - INTERVAL '24 hours')
    ) AS frame (timeframe, hours, steps, newest)
    CROSS JOIN LATERAL generate_series(0, frame.steps - 1) AS step (step)
) AS candle
ON CONFLICT DO NOTHING;

INSERT INTO ohlcv (
    exchange, symbol, timeframe, timestamp, open, high, low, close, volume, quote_volume, trade_count
)
SELECT
    d.exchange, d.symbol, d.timeframe, d.timestamp, d.open, d.high, d.low, d.close, d.volume, d.quote_volume,
    d.trade_count
FROM ohlcv_data AS d
WHERE d.exchange = 'demo'
  AND d.data_source = 'simulation'
  AND d.timeframe = '1h'
ON CONFLICT DO NOTHING;

-- Mood of the market for 60 days, and funding that follows it for 40

INSERT INTO fear_greed_index (
    timestamp, source, value, volatility_score, momentum_score, social_media_score, survey_score, dominance_score,
    trends_score, metadata
)
SELECT
    date_trunc('day', anchor.time AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - day.day * INTERVAL '24 hours',
    'demo',
    mood.value,
    LEAST(mood.value + 5, 100),
    GREATEST(mood.value - 5, 0),
    LEAST(mood.value + 8, 100),
    mood.value,
    50,
    GREATEST(mood.value - 8, 0),
    '{"seed": "iftb"}'
FROM (
    SELECT e.timestamp AS time
    FROM system_events AS e
    WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
) AS anchor
CROSS JOIN generate_series(0, 59) AS day (day)
CROSS JOIN LATERAL (
    SELECT (50 + 34 * sin(day.day / 7.0 + 1))::integer AS value
) AS mood
ON CONFLICT DO NOTHING;

INSERT INTO funding_rates (
    exchange, symbol, timestamp, funding_rate, funding_interval_hours, mark_price, index_price, next_funding_time,
    metadata
)
SELECT
    'demo',
    market.symbol,
    settlement.time,
    round((0.0002 * market.factor * sin(settlement.step / 21.0 + 1)
           + 0.00002 * sin(settlement.step * market.factor))::numeric, 8),
    8,
    market.base,
    round(market.base * 0.9998, 2),
    settlement.time + INTERVAL '8 hours',
    '{"seed": "iftb"}'
FROM (
    SELECT date_trunc('day', e.timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS day
    FROM system_events AS e
    WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
) AS anchor
CROSS JOIN (
    VALUES ('BTC/USDT', 60000.0, 1.0), ('ETH/USDT', 3000.0, 1.3), ('SOL/USDT', 150.0, 2.5)
) AS market (symbol, base, factor)
CROSS JOIN LATERAL (
    SELECT steps.step, anchor.day - steps.step * INTERVAL '8 hours' AS time
    FROM generate_series(0, 119) AS steps (step)
) AS settlement
ON CONFLICT DO NOTHING;

-- Positions 1 to 12 are closed, 13 and 14 open; their number is in metadata.

INSERT INTO positions (
    exchange, symbol, side, status, quantity, entry_price, current_price, exit_price, leverage, margin, stop_loss,
    take_profit, risk_amount, realized_pnl, fees, technical_score, llm_score, ml_score, final_score, strategy,
    opened_at, closed_at, close_reason, metadata
)
SELECT
    'demo',
    plan.symbol,
    plan.side,
    CASE WHEN plan.exit_price IS NULL THEN 'open' ELSE 'closed' END,
    plan.quantity,
    plan.entry_price,
    COALESCE(plan.exit_price, plan.entry_price),
    plan.exit_price,
    3,
    round(plan.quantity * plan.entry_price / 3, 8),
    round(plan.entry_price * (1 - 0.02 * plan.direction), 2),
    round(plan.entry_price * (1 + 0.04 * plan.direction), 2),
    round(plan.quantity * plan.entry_price * 0.02, 8),
    COALESCE((plan.exit_price - plan.entry_price) * plan.quantity * plan.direction - plan.fees, 0),
    plan.fees,
    plan.technical_score,
    plan.llm_score,
    plan.ml_score,
    plan.final_score,
    'ensemble',
    anchor.time - plan.opened_hours_ago * INTERVAL '1 hour',
    anchor.time - plan.closed_hours_ago * INTERVAL '1 hour',
    plan.close_reason,
    jsonb_build_object('seed', 'iftb', 'number', plan.number)
FROM (
    SELECT e.timestamp AS time
    FROM system_events AS e
    WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
) AS anchor
CROSS JOIN (
    SELECT p.*, CASE p.side WHEN 'long' THEN 1 ELSE -1 END AS direction
    FROM (
        VALUES
            (1, 'BTC/USDT', 'long', 0.05, 59000.0, 60500.0, 230, 222, 5.98, 0.60, 0.40, 0.55, 0.54, 'take_profit'),
            (2, 'ETH/USDT', 'long', 0.8, 2950.0, 2905.0, 216, 210, 4.68, 0.35, 0.20, -0.10, 0.20, 'stop_loss'),
            (3, 'SOL/USDT', 'short', 15, 155.0, 149.0, 205, 190, 4.56, -0.50, -0.30, -0.45, -0.43, 'take_profit'),
            (4, 'BTC/USDT', 'short', 0.04, 61500.0, 60800.0, 188, 180, 4.89, -0.40, -0.10, -0.35, -0.30, 'signal'),
            (5, 'ETH/USDT', 'long', 0.9, 2900.0, 2988.0, 170, 158, 5.30, 0.45, 0.50, 0.30, 0.42, 'take_profit'),
            (6, 'SOL/USDT', 'long', 12, 147.0, 152.5, 150, 139, 3.59, 0.55, 0.25, 0.40, 0.42, 'trailing_stop'),
            (7, 'BTC/USDT', 'long', 0.05, 61000.0, 60200.0, 120, 108, 6.06, 0.30, 0.35, 0.15, 0.27, 'stop_loss'),
            (8, 'ETH/USDT', 'short', 0.7, 3010.0, 3055.0, 100, 92, 4.25, -0.35, 0.15, -0.20, -0.17, 'stop_loss'),
            (9, 'SOL/USDT', 'long', 14, 153.0, 150.5, 88, 76, 4.25, 0.25, -0.20, 0.30, 0.15, 'stop_loss'),
            (10, 'BTC/USDT', 'long', 0.06, 58800.0, 60100.0, 60, 44, 7.13, 0.65, 0.45, 0.60, 0.58, 'take_profit'),
            (11, 'ETH/USDT', 'short', 0.8, 3080.0, 3015.0, 36, 26, 4.88, -0.55, -0.35, -0.40, -0.45, 'signal'),
            (12, 'SOL/USDT', 'long', 16, 148.0, 151.0, 20, 3, 4.78, 0.40, 0.30, 0.35, 0.36, 'take_profit'),
            (13, 'BTC/USDT', 'long', 0.05, 59500.0, NULL, 10, NULL, 2.98, 0.50, 0.35, 0.45, 0.44, NULL),
            (14, 'ETH/USDT', 'short', 0.6, 3040.0, NULL, 6, NULL, 1.82, -0.45, -0.25, -0.30, -0.35, NULL)
    ) AS p (
        number, symbol, side, quantity, entry_price, exit_price, opened_hours_ago, closed_hours_ago, fees,
        technical_score, llm_score, ml_score, final_score, close_reason
    )
) AS plan
WHERE NOT EXISTS (
    SELECT
    FROM positions AS old
    WHERE old.metadata @> jsonb_build_object('seed', 'iftb', 'number', plan.number)
);

INSERT INTO trades (
    position_id, exchange, symbol, external_id, side, status, quantity, entry_price, exit_price, entry_time, exit_time,
    leverage, stop_loss, take_profit, fees, pnl, exit_reason, technical_score, llm_score, ml_score, final_score,
    strategy, metadata
)
SELECT
    p.id,
    p.exchange,
    p.symbol,
    'seed-trade-' || (p.metadata ->> 'number'),
    p.side,
    p.status,
    p.quantity,
    p.entry_price,
    p.exit_price,
    p.opened_at,
    p.closed_at,
    p.leverage,
    p.stop_loss,
    p.take_profit,
    p.fees,
    CASE p.status WHEN 'closed' THEN p.realized_pnl END,
    p.close_reason,
    p.technical_score,
    p.llm_score,
    p.ml_score,
    p.final_score,
    p.strategy,
    p.metadata
FROM positions AS p
WHERE p.exchange = 'demo'
  AND p.status IN ('open', 'closed')
  AND p.metadata @> '{"seed": "iftb"}'
ORDER BY p.opened_at
ON CONFLICT DO NOTHING;

-- An entry order for each trade, an exit order for each closed one, a resting stop for each open one

INSERT INTO orders (
    position_id, trade_id, exchange, symbol, client_order_id, exchange_order_id, purpose, side, order_type, status,
    quantity, stop_price, filled_quantity, average_fill_price, fees, fee_currency, reduce_only, submitted_at,
    filled_at, metadata
)
SELECT
    t.position_id,
    t.id,
    t.exchange,
    t.symbol,
    'seed-order-' || (t.metadata ->> 'number') || '-' || leg.purpose,
    'X-' || (t.metadata ->> 'number') || '-' || leg.purpose,
    leg.purpose,
    CASE WHEN (t.side = 'long') = (leg.purpose = 'entry') THEN 'buy' ELSE 'sell' END,
    leg.order_type,
    leg.status,
    t.quantity,
    leg.stop_price,
    CASE leg.status WHEN 'filled' THEN t.quantity ELSE 0 END,
    leg.fill_price,
    leg.fees,
    'USDT',
    leg.purpose <> 'entry',
    leg.time,
    CASE leg.status WHEN 'filled' THEN leg.time END,
    t.metadata
FROM trades AS t
CROSS JOIN LATERAL (
    VALUES
        ('entry', 'market', 'filled', NULL, t.entry_price, t.entry_time,
         CASE t.status WHEN 'closed' THEN t.fees / 2 ELSE t.fees END, TRUE),
        ('exit', 'market', 'filled', NULL, t.exit_price, t.exit_time, t.fees / 2, t.status = 'closed'),
        ('stop_loss', 'stop_market', 'open', t.stop_loss, NULL, t.entry_time, 0, t.status = 'open')
) AS leg (purpose, order_type, status, stop_price, fill_price, time, fees, wanted)
WHERE t.exchange = 'demo'
  AND t.external_id LIKE 'seed-trade-%'
  AND leg.wanted
ORDER BY leg.time, leg.purpose
ON CONFLICT DO NOTHING;

-- The account every six hours for 30 days: 10000, the pnl taken so far, 500 deposited 15 days ago

INSERT INTO account_snapshots (
    timestamp, total_equity, available_balance, used_margin, unrealized_pnl, net_deposits, total_exposure,
    open_positions, balances
)
SELECT
    moment.time,
    account.cash + account.unrealized,
    account.cash - account.margin,
    account.margin,
    account.unrealized,
    CASE moment.step WHEN 60 THEN 500 ELSE 0 END,
    account.exposure,
    account.positions,
    jsonb_build_object('demo', jsonb_build_object('USDT', (account.cash + account.unrealized)::text))
FROM (
    SELECT e.timestamp AS time
    FROM system_events AS e
    WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
) AS anchor
CROSS JOIN LATERAL (
    SELECT steps.step, anchor.time - steps.step * INTERVAL '6 hours' AS time
    FROM generate_series(0, 120) AS steps (step)
) AS moment
CROSS JOIN LATERAL (
    SELECT
        10000
            + CASE WHEN moment.step <= 60 THEN 500 ELSE 0 END
            + COALESCE(sum(p.realized_pnl) FILTER (WHERE p.closed_at <= moment.time), 0) AS cash,
        COALESCE(sum(p.margin) FILTER (WHERE p.closed_at IS NULL OR p.closed_at > moment.time), 0) AS margin,
        COALESCE(sum(p.quantity * p.entry_price) FILTER (WHERE p.closed_at IS NULL OR p.closed_at > moment.time), 0)
            AS exposure,
        (count(*) FILTER (WHERE p.closed_at IS NULL OR p.closed_at > moment.time))::integer AS positions,
        round((40 * sin(moment.step / 3.0))::numeric, 2) AS unrealized
    FROM positions AS p
    WHERE p.metadata @> '{"seed": "iftb"}'
      AND p.opened_at <= moment.time
) AS account
ON CONFLICT DO NOTHING;

-- The analyses and the decision behind each entry, an hour before it, and a decision that was vetoed

INSERT INTO technical_signals (
    timestamp, exchange, symbol, timeframe, price, signal, score, confidence, bullish_count, bearish_count,
    neutral_count, rsi, macd, macd_signal, macd_histogram, bb_upper, bb_middle, bb_lower, atr, adx, volume_ratio,
    indicators
)
SELECT
    t.entry_time - INTERVAL '1 hour',
    t.exchange,
    t.symbol,
    '1h',
    t.entry_price,
    CASE
        WHEN t.technical_score >= 0.6 THEN 'strong_buy'
        WHEN t.technical_score > 0 THEN 'buy'
        WHEN t.technical_score > -0.6 THEN 'sell'
        ELSE 'strong_sell'
    END,
    t.technical_score,
    0.5 + abs(t.technical_score) / 2,
    CASE WHEN t.technical_score > 0 THEN 4 ELSE 1 END,
    CASE WHEN t.technical_score > 0 THEN 1 ELSE 4 END,
    1,
    round(50 + 30 * t.technical_score, 4),
    round(t.entry_price * t.technical_score / 500, 8),
    round(t.entry_price * t.technical_score / 700, 8),
    round(t.entry_price * t.technical_score / 500, 8) - round(t.entry_price * t.technical_score / 700, 8),
    t.entry_price * 1.02,
    t.entry_price,
    t.entry_price * 0.98,
    round(t.entry_price * 0.008, 8),
    25,
    1.2,
    jsonb_build_object(
        'rsi', jsonb_build_object('value', round(50 + 30 * t.technical_score, 2), 'signal', t.side),
        'bollinger', jsonb_build_object('width', 0.04),
        'macd', jsonb_build_object('signal', t.side))
FROM trades AS t
WHERE t.exchange = 'demo'
  AND t.external_id LIKE 'seed-trade-%'
ON CONFLICT DO NOTHING;

INSERT INTO llm_analysis_log (
    timestamp, request_id, provider, model, analysis_type, symbol, prompt, response, prompt_tokens, completion_tokens,
    cost_usd, latency_ms, status, error_message
)
SELECT
    t.entry_time - INTERVAL '1 hour',
    'seed-llm-' || (t.metadata ->> 'number'),
    'demo',
    'demo-model-1',
    'market_analysis',
    t.symbol,
    'Analyse ' || t.symbol,
    jsonb_build_object('sentiment_score', t.llm_score),
    1500,
    300,
    0.009,
    1200 + 10 * (t.metadata ->> 'number')::integer,
    'success',
    NULL
FROM trades AS t
WHERE t.exchange = 'demo'
  AND t.external_id LIKE 'seed-trade-%'
UNION ALL
SELECT
    e.timestamp - INTERVAL '50 hours', 'seed-llm-failed', 'demo', 'demo-model-1', 'market_analysis', 'BTC/USDT',
    'Analyse BTC/USDT', NULL, 1500, 0, 0, 30000, 'timeout', 'No answer within 30 s'
FROM system_events AS e
WHERE e.event_type = 'seed_loaded' AND e.source = 'iftb_seed'
ON CONFLICT DO NOTHING;

INSERT INTO llm_analyses (
    llm_analysis_log_id, timestamp, symbol, provider, model, sentiment, sentiment_score, confidence, recommendation,
    time_horizon, summary, factors, risks, prompt_tokens, completion_tokens, cost_usd, latency_ms
)
SELECT
    l.id,
    l.timestamp,
    l.symbol,
    l.provider,
    l.model,
    CASE WHEN t.llm_score > 0 THEN 'bullish' ELSE 'bearish' END,
    t.llm_score,
    0.55 + abs(t.llm_score) / 2,
    CASE WHEN t.llm_score > 0 THEN 'buy' ELSE 'sell' END,
    'intraday',
    'Sample analysis of ' || l.symbol,
    '["momentum", "funding"]',
    '["low liquidity"]',
    l.prompt_tokens,
    l.completion_tokens,
    l.cost_usd,
    l.latency_ms
FROM llm_analysis_log AS l
JOIN trades AS t
    ON t.exchange = 'demo'
   AND t.external_id = 'seed-trade-' || substr(l.request_id, 10)
WHERE l.provider = 'demo'
  AND l.request_id LIKE 'seed-llm-%'
  AND NOT EXISTS (SELECT FROM llm_analyses AS old WHERE old.llm_analysis_log_id = l.id);

INSERT INTO ml_predictions (
    timestamp, exchange, symbol, timeframe, model_version, prediction, probability_up, probability_neutral,
    probability_down, confidence, horizon_minutes, features, feature_importance, actual_outcome, actual_return,
    evaluated_at
)
SELECT
    t.entry_time - INTERVAL '1 hour',
    t.exchange,
    t.symbol,
    '1h',
    'demo-1',
    CASE WHEN t.ml_score > 0 THEN 'up' ELSE 'down' END,
    0.4 + t.ml_score / 2,
    0.2,
    0.4 - t.ml_score / 2,
    0.4 + abs(t.ml_score) / 2,
    240,
    jsonb_build_object('rsi', round(50 + 30 * t.technical_score, 2), 'volume_ratio', 1.2),
    '{"rsi": 0.6, "volume_ratio": 0.4}',
    CASE WHEN t.exit_price > t.entry_price THEN 'up' WHEN t.exit_price < t.entry_price THEN 'down' END,
    round(t.exit_price / t.entry_price - 1, 6),
    t.exit_time
FROM trades AS t
WHERE t.exchange = 'demo'
  AND t.external_id LIKE 'seed-trade-%'
ON CONFLICT DO NOTHING;

INSERT INTO trading_decisions (
    timestamp, exchange, symbol, technical_signal_id, llm_analysis_id, ml_prediction_id, order_id, action,
    technical_score, llm_score, ml_score, final_score, confidence, reasons, entry_price, stop_loss, take_profit,
    position_size, executed, executed_at
)
SELECT
    t.entry_time,
    t.exchange,
    t.symbol,
    ts.id,
    la.id,
    mp.id,
    o.id,
    o.side,
    t.technical_score,
    t.llm_score,
    t.ml_score,
    t.final_score,
    0.5 + abs(t.final_score) / 2,
    '[{"source": "technical", "weight": 0.5}, {"source": "llm", "weight": 0.2}, {"source": "ml", "weight": 0.3}]',
    t.entry_price,
    t.stop_loss,
    t.take_profit,
    t.quantity,
    TRUE,
    t.entry_time
FROM trades AS t
JOIN orders AS o ON o.trade_id = t.id AND o.purpose = 'entry'
LEFT JOIN technical_signals AS ts
    ON ts.exchange = t.exchange
   AND ts.symbol = t.symbol
   AND ts.timeframe = '1h'
   AND ts.timestamp = t.entry_time - INTERVAL '1 hour'
LEFT JOIN llm_analysis_log AS l
    ON l.provider = 'demo'
   AND l.request_id = 'seed-llm-' || (t.metadata ->> 'number')
LEFT JOIN llm_analyses AS la ON la.llm_analysis_log_id = l.id
LEFT JOIN ml_predictions AS mp
    ON mp.model_version = 'demo-1'
   AND mp.exchange = t.exchange
   AND mp.symbol = t.symbol
   AND mp.timeframe = '1h'
   AND mp.timestamp = t.entry_time - INTERVAL '1 hour'
WHERE t.exchange = 'demo'
  AND t.external_id LIKE 'seed-trade-%'
  AND NOT EXISTS (SELECT FROM trading_decisions AS old WHERE old.order_id = o.id);

INSERT INTO trading_decisions (
    timestamp, exchange, symbol, action, technical_score, llm_score, ml_score, final_score, confidence, reasons,
    vetoed, veto_source, veto_reason
)
SELECT
    e.timestamp - INTERVAL '73 hours',
    'demo',
    'SOL/USDT',
    'buy',
    0.35,
    -0.60,
    0.20,
    0.12,
    0.42,
    '[{"source": "technical", "note": "oversold"}]',
    TRUE,
    'circuit_breaker',
    'Three losses in a row'
FROM system_events AS e
WHERE e.event_type = 'seed_loaded'
  AND e.source = 'iftb_seed'
  AND NOT EXISTS (
      SELECT FROM trading_decisions AS old
      WHERE old.exchange = 'demo' AND old.vetoed AND old.timestamp = e.timestamp - INTERVAL '73 hours'
  );

-- Halts that are over, so that trading is allowed

INSERT INTO circuit_breaker_events (
    triggered_at, breaker_type, status, threshold_value, actual_value, reason, cooldown_minutes, resolved_at,
    resolved_by, details
)
SELECT
    e.timestamp - INTERVAL '74 hours',
    'consecutive_losses',
    'resolved',
    3,
    3,
    'Three losses in a row',
    120,
    e.timestamp - INTERVAL '72 hours',
    'cooldown',
    '{"seed": "iftb"}'
FROM system_events AS e
WHERE e.event_type = 'seed_loaded'
  AND e.source = 'iftb_seed'
  AND NOT EXISTS (SELECT FROM circuit_breaker_events AS old WHERE old.details @> '{"seed": "iftb"}');

INSERT INTO kill_switch_events (
    activated_at, activated_by, event_type, status, reason, positions_closed, orders_cancelled, deactivated_at,
    deactivated_by, deactivation_reason, details
)
SELECT
    e.timestamp - INTERVAL '40 hours',
    'operator',
    'maintenance',
    'deactivated',
    'Stopped by hand for an exchange upgrade',
    0,
    1,
    e.timestamp - INTERVAL '38 hours',
    'operator',
    'The exchange is back',
    '{"seed": "iftb"}'
FROM system_events AS e
WHERE e.event_type = 'seed_loaded'
  AND e.source = 'iftb_seed'
  AND NOT EXISTS (SELECT FROM kill_switch_events AS old WHERE old.details @> '{"seed": "iftb"}');

-- Daily figures of the ten full days before the anchor's, from the records above

INSERT INTO daily_pnl (
    date, starting_balance, ending_balance, net_deposits, net_pnl, return_percent, realized_pnl, unrealized_pnl,
    fees, funding_paid, total_trades, winning_trades, losing_trades, win_rate, gross_profit, gross_loss,
    average_win, average_loss, largest_win, largest_loss, profit_factor, expectancy, max_drawdown, volatility,
    sharpe_ratio, sortino_ratio, calmar_ratio, circuit_breakers_triggered
)
SELECT pnl.*
FROM system_events AS e
CROSS JOIN generate_series(1, 10) AS day (day)
CROSS JOIN LATERAL calculate_daily_pnl((e.timestamp AT TIME ZONE 'UTC')::date - day.day) AS pnl
WHERE e.event_type = 'seed_loaded'
  AND e.source = 'iftb_seed'
ON CONFLICT DO NOTHING;

INSERT INTO daily_performance (
    date, starting_balance, ending_balance, total_trades, winning_trades, losing_trades, win_rate, total_pnl,
    gross_profit, gross_loss, fees, max_drawdown, sharpe_ratio, signals_total, llm_calls, llm_cost_usd, metadata
)
SELECT
    pnl.date,
    pnl.starting_balance,
    pnl.ending_balance,
    pnl.total_trades,
    pnl.winning_trades,
    pnl.losing_trades,
    pnl.win_rate,
    pnl.realized_pnl,
    pnl.gross_profit,
    pnl.gross_loss,
    pnl.fees,
    pnl.max_drawdown,
    pnl.sharpe_ratio,
    pnl.total_trades,
    pnl.total_trades,
    pnl.total_trades * 0.009,
    '{"seed": "iftb"}'
FROM system_events AS e
CROSS JOIN generate_series(1, 10) AS day (day)
CROSS JOIN LATERAL calculate_daily_pnl((e.timestamp AT TIME ZONE 'UTC')::date - day.day) AS pnl
WHERE e.event_type = 'seed_loaded'
  AND e.source = 'iftb_seed'
ON CONFLICT DO NOTHING;

-- The materialized views show what was loaded.
SELECT refresh_materialized_views();
