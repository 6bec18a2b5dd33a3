-- Two good rows in every table of the pack iftb: row 1 fills every column that refers to another table, row 2 only what
-- it must.

INSERT INTO ohlcv (id, exchange, symbol, timeframe, timestamp, open, high, low, close, volume)
VALUES (1, 'binance', 'BTCUSDT', '1h', '2026-01-02 00:00+00', 100, 110, 90, 105, 12.5),
       (2, 'binance', 'BTCUSDT', '1h', '2026-01-02 01:00+00', 105, 110, 90, 100, 12.5);

INSERT INTO positions (id, exchange, symbol, side, quantity, entry_price, opened_at)
VALUES (1, 'binance', 'BTCUSDT', 'long', 2, 100, '2026-01-02 00:00+00'),
       (2, 'binance', 'ETHUSDT', 'long', 2, 100, '2026-01-02 00:00+00');

INSERT INTO trades (id, position_id, exchange, symbol, external_id, side, quantity, entry_price, entry_time)
VALUES (1, 1, 'binance', 'BTCUSDT', 'T1', 'long', 2, 100, '2026-01-02 00:00+00'),
       (2, NULL, 'binance', 'BTCUSDT', NULL, 'long', 2, 100, '2026-01-02 00:00+00');

INSERT INTO orders (id, position_id, trade_id, exchange, symbol, client_order_id, exchange_order_id, side, order_type,
                    quantity)
VALUES (1, 1, 1, 'binance', 'BTCUSDT', 'C1', 'X1', 'buy', 'market', 2),
       (2, NULL, NULL, 'binance', 'BTCUSDT', 'C2', NULL, 'buy', 'market', 2);

INSERT INTO account_snapshots (id, timestamp, total_equity, available_balance)
VALUES (1, '2026-01-02 00:00+00', 1000, 900),
       (2, '2026-01-02 01:00+00', 1000, 900);

INSERT INTO llm_analysis_log (id, provider, model, analysis_type, request_id)
VALUES (1, 'anthropic', 'claude', 'market', 'R1'),
       (2, 'anthropic', 'claude', 'market', NULL);

INSERT INTO system_events (id, event_type, source, message)
VALUES (1, 'startup', 'engine', 'up'),
       (2, 'startup', 'engine', 'up');

INSERT INTO daily_performance (id, date, starting_balance, ending_balance)
VALUES (1, '2026-01-01', 1000, 1010),
       (2, '2026-01-02', 1010, 1000);

INSERT INTO technical_signals (id, timestamp, exchange, symbol, timeframe, price, signal, score, confidence)
VALUES (1, '2026-01-02 00:00+00', 'binance', 'BTCUSDT', '1h', 100, 'buy', 0.5, 0.5),
       (2, '2026-01-02 01:00+00', 'binance', 'BTCUSDT', '1h', 100, 'sell', -0.5, 0.5);

INSERT INTO llm_analyses (id, llm_analysis_log_id, symbol, provider, model, sentiment, sentiment_score, confidence,
                          recommendation, summary)
VALUES (1, 1, 'BTCUSDT', 'anthropic', 'claude', 'bullish', 0.5, 0.5, 'buy', 'up'),
       (2, NULL, 'BTCUSDT', 'anthropic', 'claude', 'neutral', 0, 0.5, 'hold', 'flat');

INSERT INTO ml_predictions (id, timestamp, exchange, symbol, timeframe, model_version, prediction, probability_up,
                            probability_neutral, probability_down, confidence, horizon_minutes)
VALUES (1, '2026-01-02 00:00+00', 'binance', 'BTCUSDT', '1h', 'v1', 'up', 0.6, 0.3, 0.1, 0.6, 60),
       (2, '2026-01-02 01:00+00', 'binance', 'BTCUSDT', '1h', 'v1', 'down', 0.1, 0.3, 0.6, 0.6, 60);

INSERT INTO trading_decisions (id, exchange, symbol, technical_signal_id, llm_analysis_id, ml_prediction_id, order_id,
                               action, final_score, confidence)
VALUES (1, 'binance', 'BTCUSDT', 1, 1, 1, 1, 'buy', 0.5, 0.5),
       (2, 'binance', 'BTCUSDT', NULL, NULL, NULL, NULL, 'hold', 0, 0.5);

INSERT INTO circuit_breaker_events (id, triggered_at, breaker_type, reason)
VALUES (1, '2026-01-02 00:00+00', 'manual', 'by hand'),
       (2, '2026-01-02 00:00+00', 'manual', 'by hand');

INSERT INTO kill_switch_events (id, activated_at, activated_by, event_type, reason)
VALUES (1, '2026-01-02 00:00+00', 'ann', 'maintenance', 'upgrade'),
       (2, '2026-01-02 00:00+00', 'ann', 'maintenance', 'upgrade');

INSERT INTO daily_pnl (id, date)
VALUES (1, '2026-01-01'),
       (2, '2026-01-02');

INSERT INTO ohlcv_data (id, exchange, symbol, timeframe, timestamp, open, high, low, close, volume)
VALUES (1, 'binance', 'BTCUSDT', '1h', '2026-01-02 00:00+00', 100, 110, 90, 105, 12.5),
       (2, 'binance', 'BTCUSDT', '1h', '2026-01-02 01:00+00', 105, 110, 90, 100, 12.5);

INSERT INTO fear_greed_index (id, timestamp, value)
VALUES (1, '2026-01-01 00:00+00', 20),
       (2, '2026-01-02 00:00+00', 50);

INSERT INTO funding_rates (id, exchange, symbol, timestamp, funding_rate)
VALUES (1, 'binance', 'BTCUSDT', '2026-01-02 00:00+00', 0.0001),
       (2, 'binance', 'BTCUSDT', '2026-01-02 08:00+00', 0.0001);
