-- Query: retention_llm_analyses
-- Description: Deletes LLM analyses older than 30 days; decisions keep their score and lose the link

-- Archive old LLM analyses (keep 30 days)
DELETE FROM llm_analyses WHERE timestamp < NOW() - INTERVAL '30 days';
