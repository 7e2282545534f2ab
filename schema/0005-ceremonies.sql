-- SPDX-License-Identifier: ISC
-- What the members of a threshold group do together over boards. A board is public: nothing secret is here, and nothing of it is needed to
-- make the key's secret again.

CREATE TABLE ceremonies (
	g          integer NOT NULL REFERENCES groups,
	number     bigint NOT NULL CHECK (number >= 1),
	digest     digest NOT NULL,
	purpose    smallint NOT NULL,
	epoch      integer NOT NULL,
	opened     bigint NOT NULL,
	doc        text NOT NULL,
	base       digest,
	phase      smallint NOT NULL DEFAULT 0,
	until      bigint NOT NULL,
	size       integer NOT NULL DEFAULT 0,
	again      bigint,
	outcome    smallint CHECK (outcome IN (0, 1)),
	faults     text,
	spki       digest,
	made       digest,
	transcript text,
	PRIMARY KEY (g, number),
	UNIQUE (g, digest),
	CHECK ((transcript IS NULL) = (spki IS NULL) AND (transcript IS NULL) = (made IS NULL))
);
COMMENT ON TABLE ceremonies IS 'base: the transcript that it goes on from. until: when the present phase has lasted long enough. outcome: NULL while it runs, 1 done, 0 failed; faults: [{"number", "fault"}]. again: when whoever was asked for a part has had time enough, and others may be asked too. transcript: of a key, with all signatures; made: its digest; spki: that of the key.';
CREATE UNIQUE INDEX ceremonies_dealing ON ceremonies (g) WHERE outcome IS NULL AND purpose IN (0, 1);
COMMENT ON INDEX ceremonies_dealing IS 'Shares are dealt in one ceremony at a time.';
CREATE INDEX ceremonies_running ON ceremonies (g, until) WHERE outcome IS NULL;

CREATE FUNCTION ceremony_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.g, NEW.number, NEW.digest, NEW.purpose, NEW.epoch, NEW.opened, NEW.doc, NEW.base)
	   IS DISTINCT FROM (OLD.g, OLD.number, OLD.digest, OLD.purpose, OLD.epoch, OLD.opened, OLD.doc, OLD.base)
	   OR NEW.size < OLD.size OR OLD.outcome IS NOT NULL THEN
		RAISE EXCEPTION 'a ceremony goes on, and is over when it is over' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER ceremonies_stand BEFORE UPDATE ON ceremonies FOR EACH ROW EXECUTE FUNCTION ceremony_stands();

CREATE TABLE ceremony_items (
	g         integer NOT NULL,
	number    bigint NOT NULL,
	place     smallint NOT NULL CHECK (place >= 0),
	what      smallint NOT NULL,
	subject   digest NOT NULL,
	list      bigint,
	tbs       bytea NOT NULL,
	signature bytea CHECK (length(signature) = 64),
	PRIMARY KEY (g, number, place),
	FOREIGN KEY (g, number) REFERENCES ceremonies (g, number)
);
COMMENT ON TABLE ceremony_items IS 'What is signed in a ceremony. tbs: the bytes; list: the number of the list that they are of; signature: once the ceremony is done.';
CREATE INDEX ceremony_items_subject ON ceremony_items (g, subject);

CREATE TABLE posts (
	g      integer NOT NULL,
	number bigint NOT NULL,
	idx    integer NOT NULL CHECK (idx >= 0),
	digest digest NOT NULL,
	author integer NOT NULL,
	phase  smallint NOT NULL,
	turn   integer NOT NULL,
	doc    text NOT NULL,
	stored bigint NOT NULL DEFAULT now_s(),
	PRIMARY KEY (g, number, idx),
	UNIQUE (g, number, author, phase, turn),
	UNIQUE (g, number, digest),
	FOREIGN KEY (g, number) REFERENCES ceremonies (g, number)
);
COMMENT ON TABLE posts IS 'Boards: append-only, in the order that every reader is shown. author: the number of who posted, 0 for the notary.';
CREATE TRIGGER posts_stand BEFORE UPDATE OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE charters ADD COLUMN scheme smallint NOT NULL DEFAULT 0 CHECK (scheme IN (0, 1, 2));
CREATE INDEX charters_threshold ON charters (g) WHERE scheme = 1;
COMMENT ON INDEX charters_threshold IS 'Groups whose members hold a key together, or did.';

ALTER TABLE certificates ADD COLUMN members_key digest;
COMMENT ON COLUMN certificates.members_key IS 'Its issuing key, where the members hold that together; NULL: the signer has it.';

ALTER TABLE lists ALTER COLUMN crl DROP NOT NULL;
ALTER TABLE lists ADD COLUMN tbs bytea;
ALTER TABLE lists ADD COLUMN members_key digest;
COMMENT ON COLUMN lists.crl IS 'NULL while the members who hold the issuing key have not signed it.';
COMMENT ON COLUMN lists.tbs IS 'What they are to sign, and with which key.';
