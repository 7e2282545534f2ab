-- SPDX-License-Identifier: ISC
-- The rest of a charter's rules: renewals and recoveries that the group decides, suspensions, freezes, complaints, candidates and places.

ALTER TABLE proposals DROP CONSTRAINT proposals_question_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_question_check CHECK (question BETWEEN 0 AND 4);
CREATE UNIQUE INDEX proposals_renew ON proposals (g, member) WHERE question = 3 AND outcome IS NULL;
CREATE UNIQUE INDEX proposals_recover ON proposals (g, member) WHERE question = 4 AND outcome IS NULL;
