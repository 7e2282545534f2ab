-- SPDX-License-Identifier: ISC
-- The rest of a charter's rules: renewals and recoveries that the group decides, suspensions, freezes, complaints, candidates and places.

ALTER TABLE proposals DROP CONSTRAINT proposals_question_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_question_check CHECK (question BETWEEN 0 AND 4);
CREATE UNIQUE INDEX proposals_renew ON proposals (g, member) WHERE question = 3 AND outcome IS NULL;
CREATE UNIQUE INDEX proposals_recover ON proposals (g, member) WHERE question = 4 AND outcome IS NULL;

-- Seeds are used up by applications, by members that take another place, and by draws, in the order of the log.
ALTER TABLE groups ADD COLUMN seeds_used bigint NOT NULL DEFAULT 0 CHECK (seeds_used >= 0);
UPDATE groups SET seeds_used = applications;
ALTER TABLE applications ADD COLUMN seed bigint;
UPDATE applications SET seed = number;
ALTER TABLE applications ALTER COLUMN seed SET NOT NULL, ADD UNIQUE (g, seed);
