/** Questions and their SQL, from the first look to the particular. */
export const EXAMPLES: readonly (readonly [question: string, sql: string])[] = [
  ["How did every run end?", "FROM run_summary"],
  [
    "Mean and spread of the loss over seeds",
    `SELECT arm, step, avg(value) AS loss, stddev(value) AS spread
FROM curve
WHERE probe = 'loss' AND stat = 'loss'
GROUP BY ALL ORDER BY arm, step`,
  ],
  [
    "How far does the mean of each layer wander?",
    `SELECT arm, layer, max(value) - min(value) AS range
FROM curve
WHERE probe = 'moments' AND stat = 'mean' AND unit IS NULL
GROUP BY ALL ORDER BY ALL`,
  ],
  [
    "When does each arm first pass 30 % accuracy?",
    `SELECT arm, min(step) AS step
FROM (SELECT arm, step, avg(value) OVER (
        PARTITION BY run_id ORDER BY step ROWS 24 PRECEDING) AS smooth
      FROM curve WHERE stat = 'accuracy')
WHERE smooth > 0.3 GROUP BY arm ORDER BY 2`,
  ],
  ["What did measuring cost?", "FROM probe_cost"],
  [
    "What was recorded?",
    "SELECT experiment, probe, stat, count(*) AS readings, count(DISTINCT layer) AS layers\nFROM curve GROUP BY ALL ORDER BY ALL",
  ],
  ["Which tables and views are there?", "SELECT table_name, table_type FROM information_schema.tables ORDER BY 2, 1"],
];
