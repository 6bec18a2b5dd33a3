-- Get high-confidence BUY recommendations
SELECT symbol, entry_price, confidence_overall, 
       rationale->>'reasoning' as reasoning
FROM recommendations
WHERE side = 'BUY' 
  AND confidence_overall >= 0.80
  AND horizon = '1-2 months'
ORDER BY confidence_overall DESC, asof DESC
LIMIT 10;
