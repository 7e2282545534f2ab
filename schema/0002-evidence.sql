-- SPDX-License-Identifier: ISC
-- Evidence beside votes and operators' words: vouches and challenges met. And proposals that have passed and wait for their day.

CREATE TABLE vouches (
	g           integer NOT NULL,
	application digest NOT NULL,
	member      id16 NOT NULL,
	digest      digest NOT NULL,
	key         digest NOT NULL,
	doc         text NOT NULL,
	receipt     text NOT NULL,
	reasoned    boolean NOT NULL,
	reason      text,
	salt        bytea,
	idx         bigint NOT NULL,
	time        bigint NOT NULL,
	age         bigint NOT NULL CHECK (age >= 0),
	live        integer NOT NULL CHECK (live >= 1),
	PRIMARY KEY (g, application, member),
	UNIQUE (g, digest),
	UNIQUE (g, idx),
	FOREIGN KEY (g, application) REFERENCES applications (g, digest),
	FOREIGN KEY (g, member) REFERENCES members (g, member),
	FOREIGN KEY (g, key) REFERENCES member_keys (g, key)
);
COMMENT ON TABLE vouches IS 'One vouch for each member and application. idx and time are its log entry''s; age and live as that says: for how long the voucher had been a member, and how many live vouches it had then. reasoned: it names a reason, whose text may be erased.';
CREATE INDEX vouches_budget ON vouches (g, member, time);
CREATE FUNCTION vouch_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE'
	   OR (NEW.g, NEW.application, NEW.member, NEW.digest, NEW.key, NEW.doc, NEW.receipt, NEW.reasoned, NEW.idx, NEW.time, NEW.age,
		NEW.live)
	   IS DISTINCT FROM (OLD.g, OLD.application, OLD.member, OLD.digest, OLD.key, OLD.doc, OLD.receipt, OLD.reasoned, OLD.idx, OLD.time, OLD.age,
		OLD.live) THEN
		RAISE EXCEPTION 'a vouch does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER vouches_stand BEFORE UPDATE OR DELETE ON vouches FOR EACH ROW EXECUTE FUNCTION vouch_stands();

CREATE TABLE challenges (
	g       integer NOT NULL REFERENCES groups,
	digest  digest NOT NULL,
	subject digest NOT NULL,
	key     digest NOT NULL,
	notary  digest NOT NULL,
	doc     text NOT NULL,
	receipt text NOT NULL,
	iat     bigint NOT NULL,
	until   bigint NOT NULL CHECK (until > iat),
	stored  bigint NOT NULL,
	PRIMARY KEY (g, digest)
);
COMMENT ON TABLE challenges IS 'Challenges met. subject: the application that it is about, or was vouched for; or the proposal voted on. key: whose challenge it was.';
CREATE INDEX challenges_key ON challenges (g, subject, key);
CREATE TRIGGER challenges_stand BEFORE UPDATE OR DELETE ON challenges FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE evidence (
	g      integer NOT NULL,
	number bigint NOT NULL,
	object digest NOT NULL,
	PRIMARY KEY (g, number, object),
	FOREIGN KEY (g, number) REFERENCES decisions (g, number)
);
COMMENT ON TABLE evidence IS 'The vouches and challenges that a decision rests on. Of operators'' words it takes all that were given on its subject.';
CREATE TRIGGER evidence_stands BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE proposals ADD COLUMN waits bigint;
COMMENT ON COLUMN proposals.waits IS 'It has passed, but so many have joined within a day that nobody may before this time: look again then.';
CREATE INDEX proposals_wait ON proposals (waits) WHERE waits IS NOT NULL AND outcome IS NULL;
COMMENT ON COLUMN proposals.examined IS 'How many votes, words, vouches and challenges had come when it was last examined; -1: look again.';
