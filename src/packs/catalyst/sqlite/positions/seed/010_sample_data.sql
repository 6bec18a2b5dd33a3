-- Seed: 010_sample_data
-- Description: Eighteen closed and four open sample positions of the last five weeks

-- Safe to load twice: the ids are fixed. Times are relative to the day of the first load. The positions are those
-- of the orders in the sample data of trading.db.

WITH trade (
    n, ticker, side, quantity, entry_price, exit_price, days_ago, held_hours, strategy, exit_reason, score
) AS (
    VALUES
        (1, 'NVDA', 'long', 40, 136.20, 142.85, 33, 51.5, 'momentum', 'take_profit', 0.82),
        (2, 'AMD', 'long', 60, 141.10, 137.90, 32, 26.0, 'momentum', 'stop_loss', 0.66),
        (3, 'PLTR', 'long', 120, 64.30, 67.05, 31, 73.25, 'breakout', 'take_profit', 0.79),
        (4, 'TSLA', 'short', 20, 262.40, 254.10, 29, 48.0, 'mean_reversion', 'take_profit', 0.71),
        (5, 'SOFI', 'long', 400, 14.85, 14.52, 28, 5.5, 'breakout', 'stop_loss', 0.61),
        (6, 'AAPL', 'long', 35, 226.10, 229.80, 26, 98.0, 'momentum', 'signal', 0.74),
        (7, 'COIN', 'short', 15, 304.50, 311.70, 25, 22.0, 'mean_reversion', 'stop_loss', 0.64),
        (8, 'MARA', 'long', 250, 23.40, 25.15, 24, 46.5, 'breakout', 'take_profit', 0.77),
        (9, 'META', 'long', 12, 588.00, 596.40, 21, 71.0, 'momentum', 'signal', 0.70),
        (10, 'AMD', 'short', 50, 139.60, 136.45, 20, 27.5, 'mean_reversion', 'take_profit', 0.68),
        (11, 'RIVN', 'long', 500, 11.92, 11.60, 18, 4.0, 'breakout', 'stop_loss', 0.58),
        (12, 'NVDA', 'long', 40, 139.75, 145.10, 17, 50.0, 'momentum', 'take_profit', 0.84),
        (13, 'SNOW', 'long', 30, 156.80, 154.05, 15, 24.0, 'momentum', 'time_limit', 0.60),
        (14, 'PLTR', 'long', 110, 66.20, 70.90, 14, 75.5, 'breakout', 'take_profit', 0.86),
        (15, 'TSLA', 'short', 18, 258.90, 256.70, 12, 23.0, 'mean_reversion', 'signal', 0.63),
        (16, 'HOOD', 'long', 180, 34.15, 36.40, 10, 49.0, 'breakout', 'take_profit', 0.80),
        (17, 'GOOGL', 'long', 45, 172.30, 170.95, 8, 26.5, 'momentum', 'stop_loss', 0.62),
        (18, 'MSTR', 'short', 10, 389.00, 371.20, 7, 28.0, 'mean_reversion', 'take_profit', 0.73)
),
outcome AS (
    SELECT *,
           strftime('%s', 'now', 'start of day') - days_ago * 86400 + 52200 + n * 60 AS opened_at,
           CASE side WHEN 'long' THEN 1 ELSE -1 END * (exit_price - entry_price) * quantity AS gross_pnl,
           quantity * entry_price AS cost
    FROM trade
)
INSERT INTO closed_positions (
    position_id, ticker, side, quantity, entry_price, current_price, unrealized_pnl, stop_loss_price,
    take_profit_price, opened_at, updated_at, strategy, signal_score, metadata, closed_at, exit_price, realized_pnl,
    holding_period_hours, exit_reason, commission, slippage, max_favorable_excursion, max_adverse_excursion
)
SELECT printf('seed-pos-%02d', n),
       ticker,
       side,
       quantity,
       entry_price,
       exit_price,
       round(gross_pnl, 2),
       round(entry_price * CASE side WHEN 'long' THEN 0.97 ELSE 1.03 END, 2),
       round(entry_price * CASE side WHEN 'long' THEN 1.05 ELSE 0.95 END, 2),
       opened_at,
       CAST(opened_at + held_hours * 3600 AS INTEGER),
       strategy,
       score,
       json_object('source', 'sample data'),
       CAST(opened_at + held_hours * 3600 AS INTEGER),
       exit_price,
       round(gross_pnl - quantity * 0.01, 2),
       held_hours,
       exit_reason,
       round(quantity * 0.01, 2),
       round(quantity * 0.02, 2),
       round(max(gross_pnl * 1.15, cost * 0.004), 2),
       round(min(gross_pnl * 1.10, cost * -0.003), 2)
FROM outcome
WHERE TRUE
ON CONFLICT (position_id) DO NOTHING;

WITH trade (n, ticker, side, quantity, entry_price, current_price, days_ago, strategy, score) AS (
    VALUES
        (19, 'NVDA', 'long', 45, 142.30, 146.85, 5, 'momentum', 0.81),
        (20, 'SHOP', 'long', 70, 104.60, 103.15, 4, 'breakout', 0.67),
        (21, 'COIN', 'short', 14, 318.20, 309.75, 3, 'mean_reversion', 0.72),
        (22, 'AAPL', 'long', 40, 230.15, 231.60, 2, 'momentum', 0.69)
)
INSERT INTO positions (
    position_id, ticker, side, quantity, entry_price, current_price, unrealized_pnl, stop_loss_price,
    take_profit_price, opened_at, updated_at, strategy, signal_score, metadata
)
SELECT printf('seed-pos-%02d', n),
       ticker,
       side,
       quantity,
       entry_price,
       current_price,
       round(CASE side WHEN 'long' THEN 1 ELSE -1 END * (current_price - entry_price) * quantity, 2),
       round(entry_price * CASE side WHEN 'long' THEN 0.97 ELSE 1.03 END, 2),
       round(entry_price * CASE side WHEN 'long' THEN 1.05 ELSE 0.95 END, 2),
       strftime('%s', 'now', 'start of day') - days_ago * 86400 + 52200 + n * 60,
       strftime('%s', 'now', 'start of day') - 86400 + 75600,
       strategy,
       score,
       json_object('source', 'sample data')
FROM trade
WHERE TRUE
ON CONFLICT (position_id) DO NOTHING;
