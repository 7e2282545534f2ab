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

-- Suspensions: operators' words in an emergency, and those whom an expelled member vouched in.
CREATE TABLE suspensions (
	g      integer NOT NULL,
	idx    bigint NOT NULL,
	member id16 NOT NULL,
	object digest NOT NULL,
	since  bigint NOT NULL,
	until  bigint NOT NULL CHECK (until > since),
	ended  bigint,
	over   bigint NOT NULL CHECK (over BETWEEN since AND until),
	PRIMARY KEY (g, idx),
	UNIQUE (g, member, object),
	FOREIGN KEY (g, member) REFERENCES members (g, member)
);
COMMENT ON TABLE suspensions IS 'idx: of suspended; ended: of restored or lapsed. Time alone ends one at until; over is when it ended, or will.';
CREATE INDEX suspensions_member ON suspensions (g, member, idx);
CREATE INDEX suspensions_running ON suspensions (until) WHERE ended IS NULL;
CREATE FUNCTION suspension_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' OR OLD.ended IS NOT NULL
	   OR (NEW.g, NEW.idx, NEW.member, NEW.object, NEW.since, NEW.until) IS DISTINCT FROM (OLD.g, OLD.idx, OLD.member, OLD.object, OLD.since, OLD.until) THEN
		RAISE EXCEPTION 'a suspension does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER suspensions_stand BEFORE UPDATE OR DELETE ON suspensions FOR EACH ROW EXECUTE FUNCTION suspension_stands();
