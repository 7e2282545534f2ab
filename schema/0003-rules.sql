-- SPDX-License-Identifier: ISC
-- The rest of a charter's rules: renewals and recoveries that the group decides, suspensions, freezes, complaints, candidates and places.

ALTER TABLE proposals DROP CONSTRAINT proposals_question_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_question_check CHECK (question BETWEEN 0 AND 4);
CREATE UNIQUE INDEX proposals_renew ON proposals (g, member) WHERE question = 3 AND outcome IS NULL;
CREATE UNIQUE INDEX proposals_recover ON proposals (g, member) WHERE question = 4 AND outcome IS NULL;

-- A member whose epoch has ended takes another node ID.
ALTER TABLE members ADD COLUMN placed bigint;
COMMENT ON COLUMN members.placed IS 'Time of the rejoined entry that gave it its node; null: that of joined.';

-- Seeds are used up by applications, by members that take another place, and by draws, in the order of the log.
ALTER TABLE groups ADD COLUMN seeds_used bigint NOT NULL DEFAULT 0 CHECK (seeds_used >= 0);
UPDATE groups SET seeds_used = applications;
ALTER TABLE applications ADD COLUMN seed bigint;
UPDATE applications SET seed = number;
ALTER TABLE applications ALTER COLUMN seed SET NOT NULL, ADD UNIQUE (g, seed);

-- ---- complaints

CREATE TABLE complaints (
	g       integer NOT NULL REFERENCES groups,
	digest  digest NOT NULL,
	member  id16 NOT NULL,
	accuser id16 NOT NULL,
	key     digest NOT NULL,
	votes   boolean NOT NULL,
	doc     text NOT NULL,
	receipt text NOT NULL,
	reason  text,
	salt    bytea,
	stored  bigint NOT NULL DEFAULT now_s(),
	PRIMARY KEY (g, digest),
	CHECK (member <> accuser),
	FOREIGN KEY (g, member) REFERENCES members (g, member),
	FOREIGN KEY (g, accuser) REFERENCES members (g, member),
	FOREIGN KEY (g, key) REFERENCES member_keys (g, key)
);
COMMENT ON TABLE complaints IS 'What members say against a member. votes: two contradicting votes prove it; otherwise somebody observed it, and reason is what it told, which may be erased.';
CREATE INDEX complaints_member ON complaints (g, member, stored);
CREATE FUNCTION complaint_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE'
	   OR (NEW.g, NEW.digest, NEW.member, NEW.accuser, NEW.key, NEW.votes, NEW.doc, NEW.receipt, NEW.stored)
	   IS DISTINCT FROM (OLD.g, OLD.digest, OLD.member, OLD.accuser, OLD.key, OLD.votes, OLD.doc, OLD.receipt, OLD.stored) THEN
		RAISE EXCEPTION 'a complaint does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER complaints_stand BEFORE UPDATE OR DELETE ON complaints FOR EACH ROW EXECUTE FUNCTION complaint_stands();

CREATE TABLE motion_complaints (
	g         integer NOT NULL,
	motion    digest NOT NULL,
	complaint digest NOT NULL,
	PRIMARY KEY (g, motion, complaint),
	FOREIGN KEY (g, motion) REFERENCES objects (g, digest),
	FOREIGN KEY (g, complaint) REFERENCES complaints (g, digest)
);
COMMENT ON TABLE motion_complaints IS 'The complaints that a motion names.';
CREATE TRIGGER motion_complaints_stand BEFORE UPDATE OR DELETE ON motion_complaints FOR EACH ROW EXECUTE FUNCTION refuse_change();

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
