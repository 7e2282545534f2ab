-- SPDX-License-Identifier: ISC
-- The group authority's store. Everything that belongs to a group has the group first in its key, and no constraint crosses groups.
-- Times are seconds since 1970 (bigint), digests 32 bytes, members, nodes and serials 16. The comments name the invariants of docs/DESIGN.md.

CREATE DOMAIN digest AS bytea CHECK (length(VALUE) = 32);
CREATE DOMAIN id16 AS bytea CHECK (length(VALUE) = 16);

CREATE FUNCTION now_s() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT floor(extract(epoch FROM clock_timestamp()))::bigint $$;
COMMENT ON FUNCTION now_s() IS 'The one clock of decisions: the database''s, at this very moment, not at the transaction''s start.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TABLE groups (
	g            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name         text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
	genesis      digest NOT NULL UNIQUE,
	state        text NOT NULL CHECK (state IN ('draft', 'open', 'stopped')),
	why          text,
	log_size     bigint NOT NULL DEFAULT 0 CHECK (log_size >= 0),
	log_time     bigint NOT NULL DEFAULT 0,
	log_peaks    bytea NOT NULL DEFAULT '' CHECK (length(log_peaks) % 32 = 0),
	applications bigint NOT NULL DEFAULT 0,
	proposals    bigint NOT NULL DEFAULT 0,
	signer_epoch bigint NOT NULL DEFAULT 0,
	created      bigint NOT NULL DEFAULT now_s()
);
COMMENT ON COLUMN groups.signer_epoch IS 'The latest epoch in which a signer answered for the group: one with an earlier epoch is asked for nothing.';
COMMENT ON TABLE groups IS 'One row a group; FOR NO KEY UPDATE on it is the lock of the group''s log, the last in the order of locks (foreign keys take a lesser lock that it lets pass).';
COMMENT ON COLUMN groups.log_peaks IS 'Roots of the perfect subtrees of the log, largest first: appending reads no leaf.';

CREATE TABLE charters (
	g        integer NOT NULL REFERENCES groups,
	version  integer NOT NULL CHECK (version >= 1),
	previous integer GENERATED ALWAYS AS (CASE WHEN version = 1 THEN NULL ELSE version - 1 END) STORED,
	digest   digest NOT NULL,
	payload  bytea NOT NULL CHECK (length(payload) <= 65536),
	doc      text NOT NULL,
	effective bigint NOT NULL,
	idx      bigint NOT NULL,
	PRIMARY KEY (g, version),
	UNIQUE (g, digest),
	FOREIGN KEY (g, previous) REFERENCES charters (g, version)
);
COMMENT ON TABLE charters IS 'Charter versions in the log: one gap-free chain (invariant 7). doc is the signed charter.';
CREATE TRIGGER charters_stand BEFORE UPDATE OR DELETE ON charters FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE drafts (
	g        integer NOT NULL REFERENCES groups,
	digest   digest NOT NULL,
	version  integer NOT NULL,
	payload  bytea NOT NULL CHECK (length(payload) <= 65536),
	effective bigint NOT NULL,
	state    text NOT NULL CHECK (state IN ('open', 'voting', 'logged', 'void')),
	stored   bigint NOT NULL DEFAULT now_s(),
	PRIMARY KEY (g, digest)
);
CREATE TABLE approvals (
	g        integer NOT NULL,
	draft    digest NOT NULL,
	key      digest NOT NULL,
	digest   digest NOT NULL,
	doc      text NOT NULL,
	PRIMARY KEY (g, draft, key),
	FOREIGN KEY (g, draft) REFERENCES drafts (g, digest)
);
COMMENT ON TABLE approvals IS 'One approval for each administrator and draft.';

CREATE TABLE log (
	g        integer NOT NULL REFERENCES groups,
	idx      bigint NOT NULL CHECK (idx >= 0),
	previous bigint GENERATED ALWAYS AS (CASE WHEN idx = 0 THEN NULL ELSE idx - 1 END) STORED,
	time     bigint NOT NULL,
	event    smallint NOT NULL,
	object   digest NOT NULL,
	payload  bytea NOT NULL,
	leaf     digest NOT NULL,
	PRIMARY KEY (g, idx),
	FOREIGN KEY (g, previous) REFERENCES log (g, idx)
);
COMMENT ON TABLE log IS 'The group log: gap-free, append-only (invariant 8). payload is the entry''s bytes, leaf their hash.';
CREATE INDEX log_object ON log (g, object);
CREATE TRIGGER log_stands BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_stands_whole BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE heads (
	g    integer NOT NULL REFERENCES groups,
	size bigint NOT NULL CHECK (size > 0),
	root digest NOT NULL,
	time bigint NOT NULL,
	doc  text NOT NULL,
	PRIMARY KEY (g, size)
);
CREATE TRIGGER heads_stand BEFORE UPDATE OR DELETE ON heads FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE seeds (
	g          integer NOT NULL REFERENCES groups,
	number     bigint NOT NULL CHECK (number >= 0),
	seed       digest NOT NULL,
	commitment digest NOT NULL,
	idx        bigint NOT NULL,
	PRIMARY KEY (g, number)
);
COMMENT ON TABLE seeds IS 'Seeds for node IDs, committed to in the log entry idx before an application can use them.';

CREATE TABLE objects (
	g       integer NOT NULL REFERENCES groups,
	digest  digest NOT NULL,
	kind    text NOT NULL,
	doc     text NOT NULL,
	receipt text,
	reason  text,
	salt    bytea,
	stored  bigint NOT NULL DEFAULT now_s(),
	PRIMARY KEY (g, digest)
);
COMMENT ON TABLE objects IS 'Signed objects that have no table of their own: seeds, motions, renewals, rekeyings, revocations, withdrawals.';
CREATE TRIGGER objects_stand BEFORE DELETE ON objects FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE members (
	g        integer NOT NULL REFERENCES groups,
	member   id16 NOT NULL,
	name     text NOT NULL,
	node     id16 NOT NULL,
	decision digest NOT NULL,
	joined   bigint NOT NULL,
	ended    bigint,
	ending   smallint,
	cause    smallint,
	PRIMARY KEY (g, member),
	UNIQUE (g, decision, member),
	CHECK ((ended IS NULL) = (ending IS NULL))
);
COMMENT ON COLUMN members.joined IS 'Log index of joined; ended: of left or expelled (ending is the event).';
CREATE INDEX members_joined ON members (g, joined);

CREATE TABLE member_keys (
	g        integer NOT NULL,
	key      digest NOT NULL,
	member   id16 NOT NULL,
	pub      bytea NOT NULL CHECK (length(pub) IN (32, 64)),
	since    bigint NOT NULL,
	replaced bigint,
	dead     bigint,
	PRIMARY KEY (g, key),
	FOREIGN KEY (g, member) REFERENCES members
);
COMMENT ON TABLE member_keys IS 'Every key that a member ever had; none is used twice in a group. since, replaced and dead are log indices.';
CREATE UNIQUE INDEX member_keys_live ON member_keys (g, member) WHERE replaced IS NULL;
CREATE INDEX member_keys_member ON member_keys (g, member);

CREATE TABLE applications (
	g         integer NOT NULL REFERENCES groups,
	digest    digest NOT NULL,
	number    bigint NOT NULL,
	key       digest NOT NULL,
	pub       bytea NOT NULL CHECK (length(pub) IN (32, 64)),
	name      text NOT NULL,
	doc       text NOT NULL,
	receipt   text NOT NULL,
	statement text,
	salt      bytea,
	idx       bigint NOT NULL,
	log_size  bigint NOT NULL,
	version   integer NOT NULL,
	state     text NOT NULL CHECK (state IN ('received', 'challenged', 'proposed', 'approved', 'issuing', 'member', 'refused', 'expired', 'withdrawn')),
	why       text,
	stored    bigint NOT NULL,
	PRIMARY KEY (g, digest),
	UNIQUE (g, number),
	FOREIGN KEY (g, version) REFERENCES charters (g, version)
);
CREATE UNIQUE INDEX applications_key ON applications (g, key) WHERE state NOT IN ('refused', 'expired', 'withdrawn');
COMMENT ON INDEX applications_key IS 'One live application for a key.';
CREATE INDEX applications_waiting ON applications (g, number) WHERE state = 'received';
CREATE INDEX applications_unfinished ON applications (g) WHERE state NOT IN ('member', 'refused', 'expired', 'withdrawn');

CREATE TABLE proposals (
	g        integer NOT NULL REFERENCES groups,
	number   bigint NOT NULL CHECK (number >= 1),
	digest   digest NOT NULL,
	question smallint NOT NULL CHECK (question IN (0, 1, 2)),
	subject  digest NOT NULL,
	member   id16,
	version  integer NOT NULL,
	idx      bigint NOT NULL,
	opened   bigint NOT NULL,
	closes   bigint NOT NULL CHECK (closes > opened),
	n        integer NOT NULL,
	doc      text NOT NULL,
	outcome  smallint,
	examined bigint NOT NULL DEFAULT -1,
	PRIMARY KEY (g, number),
	UNIQUE (g, digest),
	UNIQUE (g, idx),
	FOREIGN KEY (g, version) REFERENCES charters (g, version)
);
CREATE UNIQUE INDEX proposals_admit ON proposals (g, subject) WHERE question = 0;
CREATE UNIQUE INDEX proposals_expel ON proposals (g, member) WHERE question = 1 AND outcome IS NULL;
CREATE UNIQUE INDEX proposals_amend ON proposals (g, subject) WHERE question = 2 AND outcome IS NULL;
CREATE INDEX proposals_subject ON proposals (g, subject);
CREATE INDEX proposals_open ON proposals (g, closes) WHERE outcome IS NULL;
COMMENT ON COLUMN proposals.examined IS 'How many votes and words had come when it was last examined; -1: look again.';

CREATE FUNCTION proposal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.g, NEW.number, NEW.digest, NEW.question, NEW.subject, NEW.version, NEW.idx, NEW.opened, NEW.closes, NEW.n, NEW.doc)
	   IS DISTINCT FROM (OLD.g, OLD.number, OLD.digest, OLD.question, OLD.subject, OLD.version, OLD.idx, OLD.opened, OLD.closes, OLD.n, OLD.doc)
	   OR (OLD.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM OLD.outcome) THEN
		RAISE EXCEPTION 'a proposal does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER proposals_stand BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION proposal_stands();
CREATE TRIGGER proposals_stay BEFORE DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE votes (
	g        integer NOT NULL,
	number   bigint NOT NULL,
	member   id16 NOT NULL,
	digest   digest NOT NULL,
	choice   smallint NOT NULL CHECK (choice IN (0, 1, 2)),
	key      digest NOT NULL,
	doc      text NOT NULL,
	receipt  text NOT NULL,
	reason   text,
	salt     bytea,
	stored   bigint NOT NULL,
	replaced digest,
	PRIMARY KEY (g, digest),
	FOREIGN KEY (g, number) REFERENCES proposals (g, number),
	FOREIGN KEY (g, member) REFERENCES members (g, member),
	FOREIGN KEY (g, key) REFERENCES member_keys (g, key)
);
CREATE UNIQUE INDEX votes_once ON votes (g, number, member) WHERE replaced IS NULL;
COMMENT ON INDEX votes_once IS 'At most one counted vote for each member and proposal (invariant 2).';
CREATE INDEX votes_replaced ON votes (g, number) WHERE replaced IS NOT NULL;
COMMENT ON COLUMN votes.replaced IS 'The vote that took its place, where the charter lets voters change their minds.';
CREATE FUNCTION vote_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' OR OLD.replaced IS NOT NULL
	   OR (NEW.g, NEW.number, NEW.member, NEW.digest, NEW.choice, NEW.key, NEW.doc, NEW.receipt, NEW.stored)
	   IS DISTINCT FROM (OLD.g, OLD.number, OLD.member, OLD.digest, OLD.choice, OLD.key, OLD.doc, OLD.receipt, OLD.stored) THEN
		RAISE EXCEPTION 'a vote does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER votes_stand BEFORE UPDATE OR DELETE ON votes FOR EACH ROW EXECUTE FUNCTION vote_stands();

CREATE TABLE words (
	g       integer NOT NULL REFERENCES groups,
	subject digest NOT NULL,
	key     digest NOT NULL,
	digest  digest NOT NULL,
	approve boolean NOT NULL,
	doc     text NOT NULL,
	receipt text NOT NULL,
	stored  bigint NOT NULL,
	PRIMARY KEY (g, subject, key)
);
COMMENT ON TABLE words IS 'Operators'' words on applications and motions. Two operators who say the same in the same second give words of one digest.';
CREATE TABLE contradictions (
	g       integer NOT NULL REFERENCES groups,
	subject digest NOT NULL,
	who     bytea NOT NULL CHECK (length(who) IN (16, 32)),
	digest  digest NOT NULL,
	doc     text NOT NULL,
	stored  bigint NOT NULL DEFAULT now_s(),
	PRIMARY KEY (g, subject, who)
);
COMMENT ON TABLE contradictions IS 'What a voter (who: its member) or an operator (who: its key) signed against the vote or word of its own that counts. One proves it, so one is kept.';
CREATE TRIGGER contradictions_stand BEFORE UPDATE OR DELETE ON contradictions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER words_stand BEFORE UPDATE OR DELETE ON words FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE decisions (
	g       integer NOT NULL,
	number  bigint NOT NULL,
	digest  digest NOT NULL,
	outcome smallint NOT NULL CHECK (outcome IN (0, 1, 2, 3)),
	doc     text NOT NULL,
	decided bigint NOT NULL,
	idx     bigint NOT NULL,
	PRIMARY KEY (g, number),
	UNIQUE (g, digest),
	FOREIGN KEY (g, number) REFERENCES proposals (g, number)
);
CREATE TRIGGER decisions_stand BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE ballots (
	g      integer NOT NULL,
	number bigint NOT NULL,
	vote   digest NOT NULL,
	status smallint NOT NULL CHECK (status BETWEEN 0 AND 3),
	PRIMARY KEY (g, number, vote),
	FOREIGN KEY (g, number) REFERENCES decisions (g, number),
	FOREIGN KEY (g, vote) REFERENCES votes (g, digest)
);
COMMENT ON TABLE ballots IS 'The status that each vote had when its proposal was decided.';
CREATE TRIGGER ballots_stand BEFORE UPDATE OR DELETE ON ballots FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE certificates (
	g          integer NOT NULL,
	cause      digest NOT NULL,
	serial     id16 NOT NULL,
	member     id16 NOT NULL,
	key        digest NOT NULL,
	number     bigint,
	origin     smallint NOT NULL,
	tbs        bytea NOT NULL CHECK (length(tbs) <= 4096),
	not_before bigint NOT NULL,
	until      bigint NOT NULL CHECK (until > not_before),
	idx        bigint NOT NULL,
	state      text NOT NULL CHECK (state IN ('intended', 'published', 'abandoned')),
	der        bytea CHECK (length(der) <= 4096),
	PRIMARY KEY (g, cause),
	UNIQUE (g, serial),
	UNIQUE (g, idx),
	UNIQUE (g, number),
	FOREIGN KEY (g, member) REFERENCES members (g, member),
	FOREIGN KEY (g, key) REFERENCES member_keys (g, key),
	FOREIGN KEY (g, number) REFERENCES decisions (g, number),
	CHECK ((state = 'published') = (der IS NOT NULL))
);
COMMENT ON COLUMN certificates.number IS 'The proposal that admitted the member: at most one admission certificate for each (invariant 4).';
COMMENT ON COLUMN certificates.serial IS 'Never used twice in a group (invariant 5).';
CREATE INDEX certificates_member ON certificates (g, member, idx);
CREATE INDEX certificates_intended ON certificates (g, idx) WHERE state = 'intended';
CREATE FUNCTION certificate_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' OR OLD.state <> 'intended'
	   OR (NEW.g, NEW.cause, NEW.serial, NEW.member, NEW.key, NEW.number, NEW.tbs, NEW.until, NEW.idx)
	   IS DISTINCT FROM (OLD.g, OLD.cause, OLD.serial, OLD.member, OLD.key, OLD.number, OLD.tbs, OLD.until, OLD.idx) THEN
		RAISE EXCEPTION 'a certificate does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER certificates_stand BEFORE UPDATE OR DELETE ON certificates FOR EACH ROW EXECUTE FUNCTION certificate_stands();

CREATE TABLE revocations (
	g      integer NOT NULL,
	idx    bigint NOT NULL,
	object digest NOT NULL,
	member id16 NOT NULL,
	key    digest,
	serial id16,
	cause  smallint NOT NULL,
	since  bigint NOT NULL,
	PRIMARY KEY (g, idx),
	FOREIGN KEY (g, member) REFERENCES members (g, member)
);
COMMENT ON TABLE revocations IS 'What is revoked, by the log entry that says so: whole members (neither key nor serial), keys, serials (invariant 6).';
CREATE TRIGGER revocations_stand BEFORE UPDATE OR DELETE ON revocations FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE authorities (
	g    integer NOT NULL REFERENCES groups,
	spki digest NOT NULL,
	pub  bytea NOT NULL,
	der  bytea CHECK (length(der) <= 4096),
	version integer,
	PRIMARY KEY (g, spki),
	FOREIGN KEY (g, version) REFERENCES charters (g, version)
);
CREATE INDEX authorities_bound ON authorities (spki) WHERE version IS NOT NULL;
COMMENT ON COLUMN authorities.version IS 'The first charter in the log that names it; NULL while only drafts do.';
COMMENT ON TABLE authorities IS 'Issuing keys that charters name, and their CA certificates once the signer has made them.';
CREATE FUNCTION authority_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- One that never certified anything goes with a group that was never founded.
	IF TG_OP = 'DELETE' AND OLD.der IS NULL THEN
		RETURN OLD;
	END IF;
	IF TG_OP = 'DELETE' OR OLD.der IS NOT NULL OR (NEW.g, NEW.spki, NEW.pub) IS DISTINCT FROM (OLD.g, OLD.spki, OLD.pub)
	   OR (OLD.version IS NOT NULL AND NEW.version IS DISTINCT FROM OLD.version) THEN
		RAISE EXCEPTION 'a CA certificate does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER authorities_stand BEFORE UPDATE OR DELETE ON authorities FOR EACH ROW EXECUTE FUNCTION authority_stands();

CREATE TABLE lists (
	g        integer NOT NULL REFERENCES groups,
	number   bigint NOT NULL CHECK (number >= 1),
	log_size bigint NOT NULL,
	this     bigint NOT NULL,
	next     bigint NOT NULL CHECK (next > this),
	crl      bytea NOT NULL,
	doc      text NOT NULL,
	PRIMARY KEY (g, number)
);

CREATE TABLE answers (
	principal text NOT NULL,
	route     text NOT NULL,
	key       text NOT NULL CHECK (length(key) <= 128),
	body      digest NOT NULL,
	status    integer NOT NULL,
	answer    text NOT NULL,
	until     bigint NOT NULL,
	PRIMARY KEY (principal, route, key)
);
CREATE INDEX answers_until ON answers (until);
COMMENT ON TABLE answers IS 'Stored answers by Idempotency-Key, for a day.';
