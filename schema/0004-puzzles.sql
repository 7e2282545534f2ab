-- Puzzles that this authority sets: what has come of those of which anything has. Of a puzzle that was only handed out nothing is here.

CREATE TABLE puzzle_secrets (
	number integer PRIMARY KEY,
	secret bytea NOT NULL CHECK (octet_length(secret) = 32),
	since  bigint NOT NULL
);
COMMENT ON TABLE puzzle_secrets IS 'Terms, answers and drawings of puzzles follow from the newest; the ones before are good until the puzzles set by them have run out.';

CREATE TABLE puzzles (
	g      integer NOT NULL REFERENCES groups,
	id     id16 NOT NULL,
	ticket id16 NOT NULL,
	kind   smallint NOT NULL,
	until  bigint NOT NULL,
	shown  integer NOT NULL DEFAULT 0,
	tries  smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 3),
	solved bigint,
	work   bytea,
	spent  digest,
	PRIMARY KEY (g, id),
	CHECK (solved IS NULL OR tries > 0),
	CHECK (spent IS NULL OR solved IS NOT NULL)
);
COMMENT ON TABLE puzzles IS 'shown: a bit for each picture or clip that was given out, once. solved: when. work: the solution, where it was work. spent: on what; never twice. Rows go an hour after until.';
CREATE INDEX puzzles_ticket ON puzzles (g, ticket);
CREATE INDEX puzzles_until ON puzzles (until);

CREATE FUNCTION puzzle_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.g, NEW.id, NEW.ticket, NEW.kind, NEW.until) IS DISTINCT FROM (OLD.g, OLD.id, OLD.ticket, OLD.kind, OLD.until)
	   OR NEW.tries < OLD.tries OR NEW.shown & OLD.shown <> OLD.shown
	   OR (OLD.solved IS NOT NULL AND (NEW.solved, NEW.work) IS DISTINCT FROM (OLD.solved, OLD.work))
	   OR (OLD.spent IS NOT NULL AND NEW.spent IS DISTINCT FROM OLD.spent) THEN
		RAISE EXCEPTION 'what came of a puzzle does not change' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER puzzles_stand BEFORE UPDATE ON puzzles FOR EACH ROW EXECUTE FUNCTION puzzle_stands();

CREATE TABLE puzzle_tokens (
	token digest PRIMARY KEY,
	until bigint NOT NULL
);
COMMENT ON TABLE puzzle_tokens IS 'Tokens of external providers that were believed, by their digests: none is believed twice.';
CREATE INDEX puzzle_tokens_until ON puzzle_tokens (until);
