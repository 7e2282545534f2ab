/* SPDX-License-Identifier: ISC
 * Step 1 of an admission: an application is checked, stored and logged. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/free_text.h"
#include "authority/freeze.h"
#include "authority/inviting.h"
#include "authority/redeem.h"
#include "authority/seeder.h"
#include "authority/seeds.h"
#include "authority/store_application.h"
#include "authority/store_invitation.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_return.h"
#include "authority/work.h"

#include <string.h>

#include "base/time.h"

struct apply {
	struct worker *w;
	struct group group;
	struct application a;
	const struct free_text *statement;
	const struct ticket_in *came; /* NULL: without a ticket */
	struct brought ticket;
	struct buf doc, receipt;
	uint64_t seed; /* number of its seed */
	bool fresh, seeds, invited;
	struct digest candidacy; /* whose invitation it came by */
	int64_t seeder;          /* of the seeder's; SEEDER_NONE */
};

/* ---- may it come in? */

static bool in_force(struct log_writer *lw, const struct application *a, struct err *e)
{
	const struct charter *c;
	struct err other = { 0 };

	if (lw->charter->authority.issuing_n == 0)
		return err_set(e, "key_missing", "the members of this group have not made its key yet: apply once the charter names it");
	if (digest_compare(&lw->charter->object.digest, &a->charter) == 0)
		return true;
	if (charters_by_digest(lw->w, lw->group.g, &a->charter, &c, &other))
		return err_set(e, "charter_not_in_force", "the application names version %u of the charter; version %u is in force",
			(unsigned)c->version, (unsigned)lw->version);
	if (err_is(&other, "not_found"))
		return err_set(e, "wrong_context", "the application names a charter that this group does not have");
	return err_set(e, other.name, "%s", other.text);
}

/* The seed for its node must have been committed to before the head that the applicant saw. */
static bool take_seed(struct log_writer *lw, const struct application *a, uint64_t *number, struct err *e)
{
	struct seed seed;
	bool rc = seeds_take(lw, number, &seed, e);

	bytes_wipe(seed.seed, sizeof(seed.seed));
	if (!rc)
		return false;
	return seed.index < a->log_size ||
		err_set(e, "stale_head",
			"the application names the log at size %llu, its seed stands at entry %llu: fetch the head and apply again",
			(unsigned long long)a->log_size, (unsigned long long)seed.index);
}

static bool key_stands(struct log_writer *lw, const struct application *a, struct err *e)
{
	bool used;

	if (!charter_takes_name(lw->charter, a->name))
		return err_set(e, "name_unfit",
			"with RELOAD a name is letters, digits and marks of ASCII with single dots between: apply with another one");
	if (a->key.alg == SIG_ED25519 ? !lw->charter->membership.ed25519 : !lw->charter->membership.p256)
		return err_set(e, "foreign_key", "the charter does not let members have %s keys", sig_alg_name(a->key.alg));
	if (!store_key_free(lw->w, lw->group.g, &a->thumb, e) || !store_application_uses(lw->w, lw->group.g, &a->thumb, &used, e))
		return false;
	return !used || err_set(e, "key_in_use", "another application with this key is under way");
}

static bool room(struct log_writer *lw, struct err *e)
{
	const uint32_t limit = lw->charter->membership.limit;
	uint64_t members, waiting;

	if (limit == 0)
		return true;
	if (!store_member_count(lw->w, lw->group.g, &members, e) || !store_application_waiting(lw->w, lw->group.g, &waiting, e))
		return false;
	return members + waiting < limit ||
		err_set(e, "group_full", "the group may have %u members; they and those who wait are as many", (unsigned)limit);
}

/* Who was turned away or expelled comes again when the charter's wait is over. */
static bool waited(struct log_writer *lw, const struct application *a, struct err *e)
{
	char when[TIME_TEXT];
	int64_t since;
	bool returns;

	if (!store_returns(lw, &a->thumb, a->name, &returns, &since, e))
		return false;
	since += lw->charter->readmission.wait;
	if (!returns || lw->now >= since)
		return true;
	time_text(since, when);
	return err_set(e, "too_soon",
		"an application with this key or name was turned away, or its member expelled: apply again at %s, or later", when);
}

/* ---- the act */

/* *done: the same application came before, and its receipt is the answer. */
static bool came_before(struct apply *act, bool *done, struct err *e)
{
	enum application_state state = APPLICATION_RECEIVED;

	buf_free(&act->receipt);
	if (!store_application_receipt(act->w, act->group.g, &act->a.digest, done, &state, &act->receipt, e))
		return false;
	return !*done || state < APPLICATION_REFUSED ||
		err_set(e, "replayed", "this application has ended already; to try again, make a new one");
}

/* It comes by the invitation that its key has, and uses that up. */
static bool use_invitation(struct apply *act, struct log_writer *lw, struct err *e)
{
	return !act->invited ||
		(store_invitation_use(act->w, lw->group.g, &act->candidacy, &act->a.digest, e) &&
			store_candidate_use(act->w, lw->group.g, &act->candidacy, e));
}

static bool fits(const struct apply *act, struct err *e)
{
	static const struct digest to_come;
	const struct terms *t = &act->ticket.terms;

	if (t->kind != PUZZLE_TICKET || digest_compare(&t->subject, &to_come) != 0)
		return err_set(e, "challenge_foreign", "these are not the terms of a ticket for an application");
	if (digest_compare(&t->key, &act->a.thumb) != 0)
		return err_set(e, "challenge_foreign", "this ticket was given to another key than the applicant's");
	return digest_compare(&t->charter, &act->a.charter) == 0 ||
		err_set(e, "challenge_foreign", "this ticket was given under another version of the charter than the application names");
}

/* It is of this authority, and for this application. */
static bool bring(struct apply *act, struct err *e)
{
	return act->came == NULL ||
		(ticket_brought(act->w, act->group.name, NULL, act->came->terms, act->came->origin, &act->ticket, e) && fits(act, e));
}

/* What was solved by its ticket is spent on it, and it comes in only where something can still come of it: whoever has to meet a challenge
 * that is set here meets it before anybody is troubled. */
static bool meets(struct apply *act, struct log_writer *lw, struct err *e)
{
	struct purpose p = { .charter = lw->charter, .asked = charter_requirement(lw->charter, Q_ADMIT, false), .applicants = true };
	struct challenge met[PUZZLES_OF_TICKET_MAX];
	struct fact_challenge facts[PUZZLES_OF_TICKET_MAX];
	size_t n = 0;

	if (act->came != NULL && !redeem_ticket(act->w, &act->ticket, &p, &act->a.digest, met, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		challenge_fact(&met[i], &facts[i]);
	return act->w->a->puzzles == NULL || puzzles_way_in(act->w->a->puzzles, p.asked, facts, n) ||
		err_set(e, "challenge_missing", "the charter asks applicants for a challenge that is set here, and this application %s",
			act->came != NULL ? "has not met enough of them" : "came without a ticket: ask for one, and meet what it says");
}

static bool put(struct apply *act, struct log_writer *lw, struct err *e)
{
	struct entry en = { .event = EVENT_APPLICATION, .object = act->a.digest };
	struct application_row row = { .a = &act->a,
		.number = lw->applications,
		.seed = act->seed,
		.seeder = act->seeder,
		.version = lw->version,
		.stored = lw->now,
		.statement = act->statement };

	if (!notary_receipt(act->w, &act->group.genesis, &act->a.digest, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!log_append(lw, &en, e))
		return false;
	row.index = en.index;
	row.reveal_by = lw->now + lw->charter->voting.term;
	row.doc = buf_cstr(&act->doc);
	row.receipt = buf_cstr(&act->receipt);
	if (row.doc == NULL || row.receipt == NULL)
		return err_memory(e);
	if (!store_application_insert(act->w, lw->group.g, &row, e) || !use_invitation(act, lw, e) || !meets(act, lw, e))
		return false;
	lw->applications++;
	act->fresh = true;
	act->seeds = seeds_due(lw);
	return log_finish(lw, e);
}

static bool apply(struct db *db, void *arg, struct err *e)
{
	struct apply *act = arg;
	struct log_writer *lw;
	bool done, rc;

	(void)db;
	act->fresh = act->seeds = false;
	if (!came_before(act, &done, e))
		return false;
	if (done)
		return true;
	if (!bring(act, e) || !log_open(act->w, act->group.g, &lw, e))
		return false;
	/* Again, behind the lock: two of them may have come at once. */
	rc = came_before(act, &done, e);
	if (rc && !done)
		rc = freeze_over(lw, e) && in_force(lw, &act->a, e) && log_had(lw, act->a.log_size, &act->a.log_root, e) &&
			key_stands(lw, &act->a, e) && inviting_use(lw, &act->a.thumb, &act->invited, &act->candidacy, e) && room(lw, e) &&
			waited(lw, &act->a, e) && take_seed(lw, &act->a, &act->seed, e) && seeder_take(lw, &act->a, &act->seeder, e) &&
			put(act, lw, e);
	log_close(lw);
	return rc;
}

static bool check(struct apply *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	if (!group_find(act->w, group, &act->group, e) || !application_verify(act->w->crypto, j, &act->a, e))
		return false;
	if (digest_compare(&act->a.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this is an application to another group than %s", act->group.name);
	return free_text_fits(act->statement, act->a.has_statement, &act->a.statement, e) && json_write(doc, &act->doc, e);
}

bool act_apply(struct worker *w, const char *group, const struct jws *application, const json_t *doc, const struct free_text *statement,
	const struct ticket_in *ticket, struct answer *out, struct err *e)
{
	struct apply act = { .w = w, .statement = statement, .came = ticket };
	struct err why = { 0 };
	bool rc = check(&act, group, application, doc, &why) && db_transaction(w->db, apply, &act, &why) &&
		answer_object(out, "application", &act.a.digest, act.fresh, &act.receipt, &why);

	if (rc && act.fresh)
		work_open(w->a->work, act.group.g, &act.a.digest);
	if ((rc && act.seeds) || err_is(&why, "no_seed"))
		work_post(w->a->work, WORK_SEEDS, act.group.g, 0);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc || err_set(e, why.name, "%s", why.text);
}
