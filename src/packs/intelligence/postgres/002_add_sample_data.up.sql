-- Migration: 002_add_sample_data
-- Description: Add sample recommendations with targets and options
-- Created: 2026-11-21

-- Times and expiries are relative to the day it runs, so it applies on any date. The ids are fixed: the down
-- removes these rows and no others.

INSERT INTO recommendations (
    reco_id, asof, symbol, horizon, side, entry_price, confidence_overall, expected_move_pct, rationale, quality
)
VALUES
    (
        '5a4d1c60-0001-4000-8000-000000000001', CURRENT_TIMESTAMP - INTERVAL '2 hours',
        'AAPL', '1-2 months', 'BUY', 226.40, 0.8600, 7.5000,
        '{
            "reasoning": "Closed above a three-month base on rising volume; services margin still widens",
            "catalysts": ["earnings in five weeks", "buyback renewal"],
            "risks": ["tariffs on assembled devices", "soft demand in China"],
            "indicators": {"rsi_14": 61.2, "macd": "bullish cross", "sma_50": 219.85}
        }',
        '{"analyst": "equity-desk", "model_version": "2.3.0", "data_completeness": 0.98, "backtest_hit_rate": 0.64}'
    ),
    (
        '5a4d1c60-0002-4000-8000-000000000002', CURRENT_TIMESTAMP - INTERVAL '26 hours',
        'NVDA', '1-2 months', 'BUY', 138.75, 0.9100, 12.0000,
        '{
            "reasoning": "Order backlog covers the next four quarters; pullback to the 50-day average held twice",
            "catalysts": ["product launch", "capital expenditure guidance of the large cloud providers"],
            "risks": ["export restrictions", "concentration of customers"],
            "indicators": {"rsi_14": 55.8, "macd": "flat", "sma_50": 136.10}
        }',
        '{"analyst": "equity-desk", "model_version": "2.3.0", "data_completeness": 0.99, "backtest_hit_rate": 0.67}'
    ),
    (
        '5a4d1c60-0003-4000-8000-000000000003', CURRENT_TIMESTAMP - INTERVAL '3 days',
        'TSLA', 'swing', 'SELL', 251.30, 0.7200, -6.0000,
        '{
            "reasoning": "Failed twice at the 260 supply zone; deliveries are being revised down",
            "catalysts": ["monthly registrations"],
            "risks": ["short squeeze", "headline risk"],
            "indicators": {"rsi_14": 43.5, "macd": "bearish cross", "sma_50": 254.70}
        }',
        '{"analyst": "quant", "model_version": "2.3.0", "data_completeness": 0.95, "backtest_hit_rate": 0.58}'
    ),
    (
        '5a4d1c60-0004-4000-8000-000000000004', CURRENT_TIMESTAMP - INTERVAL '4 days',
        'SPY', 'day', 'HOLD', 592.10, 0.5500, 0.3000,
        '{
            "reasoning": "Range-bound ahead of the rate decision; no edge on either side",
            "catalysts": ["rate decision"],
            "risks": ["gap on the announcement"],
            "indicators": {"rsi_14": 50.4, "vix": 14.9}
        }',
        '{"analyst": "macro", "model_version": "2.3.0", "data_completeness": 1.0}'
    ),
    (
        '5a4d1c60-0005-4000-8000-000000000005', CURRENT_TIMESTAMP - INTERVAL '12 days',
        'AAPL', 'swing', 'BUY', 219.90, 0.7800, 3.5000,
        '{
            "reasoning": "Bounce from the 100-day average with positive divergence",
            "catalysts": ["developer conference"],
            "risks": ["sector rotation"],
            "indicators": {"rsi_14": 47.0, "sma_100": 218.60}
        }',
        '{"analyst": "equity-desk", "model_version": "2.2.1", "data_completeness": 0.97, "backtest_hit_rate": 0.61}'
    );

INSERT INTO reco_targets (reco_id, ordinal, name, target_type, value, confidence, eta_minutes, notes)
VALUES
    ('5a4d1c60-0001-4000-8000-000000000001', 1, 'First Resistance', 'price', 233.20, 0.8200, 11700, NULL),
    ('5a4d1c60-0001-4000-8000-000000000001', 2, 'All-time High', 'price', 237.50, 0.7100, 17550, NULL),
    ('5a4d1c60-0001-4000-8000-000000000001', 3, 'Measured Move', 'price', 243.40, 0.5600, NULL, 'Height of the base'),
    ('5a4d1c60-0002-4000-8000-000000000002', 1, 'Target 1', 'price', 146.00, 0.8700, 7800, NULL),
    ('5a4d1c60-0002-4000-8000-000000000002', 2, 'Target 2', 'price', 152.90, 0.7600, 15600, NULL),
    ('5a4d1c60-0002-4000-8000-000000000002', 3, 'Gain of 12 %', 'percentage', 12, 0.6300, NULL, NULL),
    ('5a4d1c60-0003-4000-8000-000000000003', 1, 'Target 1', 'price', 243.00, 0.7000, 1950, NULL),
    ('5a4d1c60-0003-4000-8000-000000000003', 2, '200-day Average', 'technical', 236.20, 0.5200, NULL, 'SMA 200'),
    ('5a4d1c60-0004-4000-8000-000000000004', 1, 'Upper End of Range', 'price', 596.00, 0.5000, 390, NULL),
    ('5a4d1c60-0005-4000-8000-000000000005', 1, 'Target 1', 'price', 224.50, 0.8000, 1950, NULL),
    ('5a4d1c60-0005-4000-8000-000000000005', 2, 'Target 2', 'price', 227.60, 0.6600, 3900, NULL);

INSERT INTO option_ideas (reco_id, option_type, expiry, strike, option_entry_price, greeks, iv, notes)
VALUES
    (
        '5a4d1c60-0001-4000-8000-000000000001', 'CALL', CURRENT_DATE + 60, 230.00, 6.85,
        '{"delta": 0.47, "gamma": 0.0165, "theta": -0.071, "vega": 0.36, "rho": 0.16}',
        '{"current": 0.254, "rank": 38, "percentile": 41}', 'Just out of the money, past the earnings date'
    ),
    (
        '5a4d1c60-0002-4000-8000-000000000002', 'CALL', CURRENT_DATE + 45, 145.00, 7.40,
        '{"delta": 0.44, "gamma": 0.0151, "theta": -0.104, "vega": 0.19, "rho": 0.07}',
        '{"current": 0.472, "rank": 52, "percentile": 57}', NULL
    ),
    (
        '5a4d1c60-0003-4000-8000-000000000003', 'PUT', CURRENT_DATE + 21, 245.00, 9.15,
        '{"delta": -0.38, "gamma": 0.0093, "theta": -0.214, "vega": 0.23, "rho": -0.06}',
        '{"current": 0.581, "rank": 47, "percentile": 50}', NULL
    );

INSERT INTO option_targets (reco_id, ordinal, name, value, confidence, eta_minutes, notes)
VALUES
    ('5a4d1c60-0001-4000-8000-000000000001', 1, 'Target 1', 9.50, 0.7800, 11700, NULL),
    ('5a4d1c60-0001-4000-8000-000000000001', 2, 'Target 2', 12.00, 0.6100, 17550, NULL),
    ('5a4d1c60-0002-4000-8000-000000000002', 1, 'Target 1', 10.20, 0.8200, 7800, NULL),
    ('5a4d1c60-0002-4000-8000-000000000002', 2, 'Target 2', 13.60, 0.6900, 15600, NULL),
    ('5a4d1c60-0002-4000-8000-000000000002', 3, 'Runner', 18.00, 0.4800, NULL, 'Trail by a third'),
    ('5a4d1c60-0003-4000-8000-000000000003', 1, 'Target 1', 12.80, 0.6600, 1950, NULL);
