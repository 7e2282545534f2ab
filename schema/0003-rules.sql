-- SPDX-License-Identifier: ISC
-- The rest of a charter's rules: renewals and recoveries that the group decides, suspensions, freezes, complaints, candidates and places.

ALTER TABLE proposals DROP CONSTRAINT proposals_question_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_question_check CHECK (question BETWEEN 0 AND 4);
CREATE UNIQUE INDEX proposals_renew ON proposals (g, member) WHERE question = 3 AND outcome IS NULL;

-- A member whose epoch has ended takes another node ID.
ALTER TABLE members ADD COLUMN placed bigint;
COMMENT ON COLUMN members.placed IS 'Time of the rejoined entry that gave it its node; null: that of joined.';

-- The seeder's seeds: committed to in the log entry idx, revealed for the application that took them.
CREATE TABLE seeder_seeds (
	g          integer NOT NULL REFERENCES groups,
	number     bigint NOT NULL CHECK (number >= 0),
	commitment digest NOT NULL,
	key        digest NOT NULL,
	pub        bytea NOT NULL CHECK (length(pub) IN (32, 64)),
	idx        bigint NOT NULL,
	seed       digest,
	PRIMARY KEY (g, number)
);
COMMENT ON TABLE seeder_seeds IS 'Seeds of the contributors that charters name beside the notary, by key; seed is null until it is revealed.';
ALTER TABLE groups ADD COLUMN seeder_used bigint NOT NULL DEFAULT 0 CHECK (seeder_used >= 0);
ALTER TABLE applications ADD COLUMN seeder bigint, ADD COLUMN reveal_by bigint, ADD CHECK ((seeder IS NULL) = (reveal_by IS NULL));

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

-- ---- candidates, and who invites them

CREATE TABLE candidates (
	g    integer NOT NULL REFERENCES groups,
	idx  bigint NOT NULL,
	digest digest NOT NULL,
	key  digest NOT NULL,
	name text NOT NULL,
	time bigint NOT NULL,
	last bigint NOT NULL CHECK (last >= time),
	used boolean NOT NULL DEFAULT false,
	PRIMARY KEY (g, digest),
	UNIQUE (g, idx),
	FOREIGN KEY (g, digest) REFERENCES objects (g, digest)
);
COMMENT ON TABLE candidates IS 'last: time of its entry or its newest measurement. used: an application has used its invitation.';
CREATE INDEX candidates_key ON candidates (g, key, idx);
CREATE INDEX candidates_live ON candidates (g, last) WHERE NOT used;
CREATE FUNCTION candidate_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' OR (OLD.used AND NOT NEW.used) OR NEW.last < OLD.last
	   OR (NEW.g, NEW.idx, NEW.digest, NEW.key, NEW.name, NEW.time) IS DISTINCT FROM (OLD.g, OLD.idx, OLD.digest, OLD.key, OLD.name, OLD.time) THEN
		RAISE EXCEPTION 'a candidacy does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER candidates_stand BEFORE UPDATE OR DELETE ON candidates FOR EACH ROW EXECUTE FUNCTION candidate_stands();

CREATE TABLE measurements (
	g         integer NOT NULL,
	idx       bigint NOT NULL,
	member    id16 NOT NULL,
	candidate digest,
	time      bigint NOT NULL,
	a         bigint NOT NULL,
	b         bigint NOT NULL,
	c         bigint NOT NULL,
	PRIMARY KEY (g, idx),
	FOREIGN KEY (g, member) REFERENCES members (g, member),
	FOREIGN KEY (g, candidate) REFERENCES candidates (g, digest)
);
COMMENT ON TABLE measurements IS 'a, b, c: uptime, activity and history of a candidate; or clients, bandwidth and memory of the member itself.';
CREATE INDEX measurements_time ON measurements (g, time);
CREATE TRIGGER measurements_stand BEFORE UPDATE OR DELETE ON measurements FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE draws (
	g        integer NOT NULL,
	idx      bigint NOT NULL,
	digest   digest NOT NULL,
	time     bigint NOT NULL,
	eligible bigint NOT NULL CHECK (eligible > 0),
	PRIMARY KEY (g, idx),
	FOREIGN KEY (g, digest) REFERENCES objects (g, digest)
);
CREATE TRIGGER draws_stand BEFORE UPDATE OR DELETE ON draws FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE invitations (
	g           integer NOT NULL,
	idx         bigint NOT NULL,
	candidate   digest NOT NULL,
	object      digest NOT NULL,
	signer      digest NOT NULL,
	member      id16,
	until       bigint NOT NULL,
	application digest,
	PRIMARY KEY (g, idx),
	FOREIGN KEY (g, candidate) REFERENCES candidates (g, digest),
	FOREIGN KEY (g, object) REFERENCES objects (g, digest)
);
COMMENT ON TABLE invitations IS 'object: a draw, by the notary, or an invitation by an operator or member; signer: with which key. application: that used it.';
CREATE INDEX invitations_candidate ON invitations (g, candidate, idx);
CREATE UNIQUE INDEX invitations_application ON invitations (g, application) WHERE application IS NOT NULL;
CREATE FUNCTION invitation_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' OR OLD.application IS NOT NULL
	   OR (NEW.g, NEW.idx, NEW.candidate, NEW.object, NEW.signer, NEW.member, NEW.until)
	   IS DISTINCT FROM (OLD.g, OLD.idx, OLD.candidate, OLD.object, OLD.signer, OLD.member, OLD.until) THEN
		RAISE EXCEPTION 'an invitation does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER invitations_stand BEFORE UPDATE OR DELETE ON invitations FOR EACH ROW EXECUTE FUNCTION invitation_stands();

-- ---- renewals and recoveries that the group decides

ALTER TABLE proposals ADD COLUMN key digest, ADD COLUMN again boolean NOT NULL DEFAULT false, ADD COLUMN objected boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN proposals.key IS 'Of a renewal or recovery: the key that asks for a certificate. again: by the admission, as for somebody new. objected: by the key that is said to be lost.';
ALTER TABLE members ADD COLUMN version integer NOT NULL DEFAULT 1;
UPDATE members m SET version = coalesce((SELECT p.version FROM decisions d JOIN proposals p ON p.g = d.g AND p.number = d.number
	WHERE d.g = m.g AND d.digest = m.decision), 1);
COMMENT ON COLUMN members.version IS 'Of the charter that admitted the member, or by whose admission its certificate was last renewed.';

-- ---- who comes back, and who answers for whom

CREATE INDEX applications_refused_key ON applications (g, key) WHERE state IN ('refused', 'expired');
CREATE INDEX applications_refused_name ON applications (g, name) WHERE state IN ('refused', 'expired');
CREATE INDEX members_gone ON members (g, name) WHERE ended IS NOT NULL;

CREATE TABLE sponsors (
	g       integer NOT NULL,
	member  id16 NOT NULL,
	sponsor id16 NOT NULL,
	PRIMARY KEY (g, member, sponsor),
	FOREIGN KEY (g, member) REFERENCES members (g, member),
	FOREIGN KEY (g, sponsor) REFERENCES members (g, member)
);
COMMENT ON TABLE sponsors IS 'Whose vouches for a member stood when it was admitted.';
CREATE TRIGGER sponsors_stand BEFORE UPDATE OR DELETE ON sponsors FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE charges (
	g      integer NOT NULL,
	member id16 NOT NULL,
	idx    bigint NOT NULL,
	time   bigint NOT NULL,
	PRIMARY KEY (g, member, idx),
	FOREIGN KEY (g, member) REFERENCES members (g, member)
);
COMMENT ON TABLE charges IS 'Admissions that count against a member''s quota of those whom it brings in. idx and time: of joined.';
CREATE INDEX charges_time ON charges (g, member, time);
CREATE TRIGGER charges_stand BEFORE UPDATE OR DELETE ON charges FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Administrators stop admissions until this time.
ALTER TABLE groups ADD COLUMN frozen_until bigint NOT NULL DEFAULT 0 CHECK (frozen_until >= 0);

-- A vouch is for an applicant, or for a member that lost its key.
ALTER TABLE vouches DROP CONSTRAINT vouches_g_application_fkey;
CREATE FUNCTION vouch_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM applications a WHERE a.g = NEW.g AND a.digest = NEW.application)
	   AND NOT EXISTS (SELECT 1 FROM proposals p WHERE p.g = NEW.g AND p.subject = NEW.application AND p.question = 4) THEN
		RAISE EXCEPTION 'a vouch is for an application or a recovery' USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER vouches_subject BEFORE INSERT ON vouches FOR EACH ROW EXECUTE FUNCTION vouch_subject();
COMMENT ON COLUMN vouches.application IS 'The digest of an application, or of the recovery of a member''s key.';
