/* SPDX-License-Identifier: ISC
 * gmc seeder: the second contributor of seeds. It commits to seeds of its own, and reveals each once the log has an application for it. */
#include "peer/cmd.h"

#include <string.h>
#include <unistd.h>

#include "base/jwk.h"
#include "peer/head.h"
#include "peer/ledger.h"
#include "voting/proposal.h"
#include "voting/seed.h"

#define SECRET_FILE "seeder.secret"
/* Commitments at a time, and when further ones are due; pauses between looks, in seconds. */
enum { COMMITTED = 128, LOW = 64, PAUSE = 3, SECRET_BYTES = 32 };

struct seeder {
	struct cli *c;
	struct ledger *l;
	struct digest thumb;
	uint8_t secret[SECRET_BYTES];
};

/* All seeds follow from one secret: what was committed to can be revealed as long as the file is there. */
static bool read_secret(struct seeder *s)
{
	char path[HOME_PATH_MAX];
	struct buf text = { 0 };
	bool rc;

	home_path(&s->c->home, SECRET_FILE, path);
	if (!home_has(&s->c->home, SECRET_FILE)) {
		bytes_random(s->secret, sizeof(s->secret));
		return file_create(path, 0600, slice_of(s->secret, sizeof(s->secret)), &s->c->e);
	}
	rc = file_read_secret(path, SECRET_BYTES, &text, &s->c->e) &&
		(text.n == SECRET_BYTES || err_set(&s->c->e, "bad_value", "%s does not hold a seeder's secret", path));
	if (rc)
		memcpy(s->secret, text.p, SECRET_BYTES);
	if (text.n > 0)
		bytes_wipe(text.p, text.n);
	buf_free(&text);
	return rc;
}

/* SHA-256("gmc-seeder/1" ‖ 0 ‖ secret ‖ genesis ‖ number (u64)) */
static void seed_of(const struct seeder *s, uint64_t number, uint8_t out[static 32])
{
	const struct digest *genesis = &s->c->home.link.genesis;
	uint8_t big_endian[8];
	const struct slice parts[] = { slice_of(s->secret, sizeof(s->secret)), slice_of(genesis->b, sizeof(genesis->b)),
		slice_of(big_endian, sizeof(big_endian)) };
	struct digest d;

	for (size_t i = 0; i < sizeof(big_endian); i++)
		big_endian[i] = (uint8_t)(number >> (56 - 8 * i));
	digest_labelled("gmc-seeder/1", parts, 3, &d);
	memcpy(out, d.b, sizeof(d.b));
	bytes_wipe(&d, sizeof(d));
}

static bool send(struct cli *c, const char *path, const char *name, const char *kind, json_t *payload)
{
	json_t *envelope = cmd_sign(c, kind, payload);
	json_t *answer = envelope == NULL ? NULL : cmd_post_signed(c, path, name, envelope, kind, "", NULL);
	bool rc = answer != NULL;

	json_decref(answer);
	json_decref(envelope);
	return rc;
}

static bool commit(struct seeder *s, uint64_t first)
{
	struct seeds seeds = { .genesis = s->c->home.link.genesis, .first = first, .n = COMMITTED, .iat = s->c->now };
	uint8_t seed[32];

	for (size_t i = 0; i < seeds.n; i++) {
		seed_of(s, first + i, seed);
		proposal_commitment(&seeds.genesis, first + i, seed, &seeds.commitments[i]);
	}
	bytes_wipe(seed, sizeof(seed));
	if (!send(s->c, "/seeds", "seeds", KIND_SEEDS, seeds_print(&seeds)))
		return false;
	term_line(&s->c->term, "seeds", "committed to %d, from number %llu on", COMMITTED, (unsigned long long)first);
	return true;
}

static bool reveal(struct seeder *s, const struct digest *application, uint64_t number)
{
	struct seed_reveal r = { .genesis = s->c->home.link.genesis, .number = number, .application = *application, .iat = s->c->now };
	struct err *e = &s->c->e;
	char text[20];
	bool rc;

	seed_of(s, number, r.seed);
	rc = send(s->c, "/seeds/reveals", "seed", KIND_SEED, seed_print(&r));
	bytes_wipe(&r, sizeof(r));
	cmd_short(application, text);
	if (rc)
		term_line(&s->c->term, "seed", "number %llu revealed, for application %s", (unsigned long long)number, text);
	/* An application that was withdrawn or refused meanwhile needs none. */
	if (!rc && err_is(e, "not_open")) {
		err_clear(e);
		rc = true;
	}
	return rc;
}

static bool is_seeder(struct seeder *s)
{
	const struct charter *charter = cmd_in_force(s->c);
	struct digest named = { 0 };

	jwk_thumbprint(sig_key_pub(s->c->key), &s->thumb);
	if (charter->membership.has_seeder)
		jwk_thumbprint(&charter->membership.seeder, &named);
	return digest_compare(&named, &s->thumb) == 0 ||
		err_set(&s->c->e, "not_allowed", "charter version %u does not name this key as the group's seeder",
			(unsigned)charter->version);
}

/* What the log says is what was signed: a seed is revealed for one application alone, the one that took it there. */
static bool look(struct seeder *s)
{
	struct ledger_seeder k;
	struct digest application;
	uint64_t number;
	uint32_t from = 0;
	struct head h;

	s->c->now = s->c->clock();
	if (!cmd_refresh(s->c) || !cmd_log_follow(s->c, &s->l, &h, 0))
		return false;
	while (ledger_seeder_awaited(s->l, &s->thumb, &from, &application, &number))
		if (!reveal(s, &application, number))
			return false;
	if (!is_seeder(s))
		return false;
	ledger_seeder(s->l, &s->thumb, &k);
	return k.left >= LOW || commit(s, k.committed);
}

static bool watch(struct seeder *s)
{
	struct cli *c = s->c;

	for (;; sleep(PAUSE)) {
		if (!look(s)) {
			if (options_given(&c->opt, OPT_ONCE) || !client_is_down(c->client))
				return false;
			term_note(&c->term, "%s", c->e.text);
			err_clear(&c->e);
		}
		if (options_given(&c->opt, OPT_ONCE))
			return true;
	}
}

int cmd_seeder(struct cli *c)
{
	struct seeder s = { .c = c };
	bool rc = cmd_home(c) && cmd_crypto(c) && (c->opt.n == 0 || cmd_pin(c, c->opt.args[0])) && cmd_joined(c) && cmd_trust(c) &&
		cmd_client(c) && cmd_key(c) && cmd_refresh(c) && is_seeder(&s) && read_secret(&s) && watch(&s);

	ledger_free(s.l);
	bytes_wipe(s.secret, sizeof(s.secret));
	return rc ? EXIT_DONE : cmd_fail(c);
}
