/* SPDX-License-Identifier: ISC
 * Step 2 of an admission: an application is put to the group. */
#include "authority/acts.h"
#include "authority/put.h"
#include "authority/seeder.h"
#include "authority/seeds.h"
#include "authority/store_application.h"
#include "authority/store_key.h"
#include "authority/store_return.h"
#include "authority/work.h"

#include <string.h>

struct opening {
	struct worker *w;
	int32_t g;
	const struct digest *digest;
	uint64_t number; /* of the proposal; 0: none was opened */
};

static bool put(struct log_writer *lw, const struct stored_application *a, const uint8_t seeder[static 32], struct err *e)
{
	struct proposal p = { .question = Q_ADMIT, .subject = a->digest, .key = a->key, .seed_number = a->seed };
	struct seed seed;
	int64_t since;

	p.genesis = lw->group.genesis;
	p.has_seeder = a->seeder >= 0;
	if (p.has_seeder) {
		p.seeder_number = (uint64_t)a->seeder;
		memcpy(p.seeder_seed, seeder, sizeof(p.seeder_seed));
	}
	if (!store_returns(lw, &a->key, a->name, &p.again, &since, e) || !seeds_get(lw->w, lw->group.g, a->seed, &seed, e))
		return false;
	memcpy(p.seed, seed.seed, sizeof(p.seed));
	proposal_places(&p, lw->charter->membership.nodes_by_key, &p.member, &p.node);
	return proposal_put(lw, &p, e) && store_application_set(lw->w, lw->group.g, &a->digest, APPLICATION_PROPOSED, NULL, e) &&
		log_finish(lw, e);
}

/* The charter in force may take other keys by now than the one that the application came under. */
static bool key_stands(const struct log_writer *lw, const struct stored_application *a, struct err *e)
{
	if (a->pub.alg == SIG_ED25519 ? !lw->charter->membership.ed25519 : !lw->charter->membership.p256)
		return err_set(e, "foreign_key", "the charter does not let members have %s keys any more", sig_alg_name(a->pub.alg));
	return store_key_free(lw->w, lw->group.g, &a->key, e);
}

/* The seeder's seed, where the application took one. *waits: it is not revealed yet. */
static bool seeder_told(const struct opening *act, const struct stored_application *a, uint8_t seed[static 32], bool *waits, struct err *e)
{
	bool found = true;

	if (a->seeder >= 0 && !seeder_revealed(act->w, act->g, a->seeder, &found, seed, e))
		return false;
	*waits = !found;
	return true;
}

/* A key that has become a member's since, or that the charter takes no more, cannot be put: nobody who follows the log would take that
 * proposal, or the certificate that comes of it. For a seeder an application waits a term, and then no longer. */
static bool put_or_refuse(struct opening *act, const struct stored_application *a, struct err *e)
{
	uint8_t seeder[32] = { 0 };
	struct err used = { 0 };
	struct log_writer *lw;
	bool rc, waits;

	if (!seeder_told(act, a, seeder, &waits, e) || !log_open(act->w, act->g, &lw, e))
		return false;
	if ((waits && lw->now < a->reveal_by) || lw->now < lw->frozen_until) {
		log_close(lw);
		return true;
	}
	rc = waits ? err_set(&used, "seeds_missing", "the seeder did not reveal its seed in time; apply again") : key_stands(lw, a, &used);
	if (rc) {
		rc = put(lw, a, seeder, e);
		act->number = lw->proposals;
	} else if (err_is(&used, "key_in_use") || err_is(&used, "foreign_key") || waits) {
		rc = store_application_set(act->w, act->g, &a->digest, APPLICATION_REFUSED, used.text, e);
	} else {
		err_set(e, used.name, "%s", used.text);
	}
	log_close(lw);
	return rc;
}

static bool open_one(struct db *db, void *arg, struct err *e)
{
	struct opening *act = arg;
	struct stored_application a;

	(void)db;
	act->number = 0;
	if (!store_application_load(act->w, act->g, act->digest, STORE_UPDATE, &a, e))
		return false;
	return a.state != APPLICATION_RECEIVED || put_or_refuse(act, &a, e);
}

bool act_open(struct worker *w, int32_t g, const struct digest *application, struct err *e)
{
	struct opening act = { .w = w, .g = g, .digest = application };

	if (!db_transaction(w->db, open_one, &act, e))
		return false;
	if (act.number == 0)
		return true;
	/* What needs no vote is decided at once, and the signer sees the proposal from its beginning on. */
	work_post(w->a->work, WORK_DECIDE, g, act.number);
	work_post(w->a->work, WORK_PUBLISH, g, 0);
	return true;
}
