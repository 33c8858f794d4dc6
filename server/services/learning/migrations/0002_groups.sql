-- How the groups of a submission's tests came out: lyceum.learning.internal.GroupScores.
ALTER TABLE learning_submissions ADD COLUMN group_scores BLOB;
