/* SPDX-License-Identifier: ISC
 * An applicant takes its application back. */
#include "authority/answer.h"
#include "authority/in_force.h"
#include "authority/objects.h"
#include "authority/recovery.h"
#include "authority/store_application.h"
#include "authority/store_proposal.h"
#include "authority/work.h"

struct withdraw {
	struct worker *w;
	struct group group;
	struct withdrawal x;
	struct buf doc, receipt;
	uint64_t number; /* of the proposal that is void now */
	bool fresh;
};

/* The notary's word names a time by when the outcome stands in the log: that of the proposal, which is void then. */
static bool sign_receipt(struct withdraw *act, struct err *e)
{
	const struct charter *c;
	int64_t now;

	return db_now(act->w->db, &now, e) && in_force_at(act->w, act->group.g, now, &c, e) &&
		notary_receipt(act->w, &act->group.genesis, &act->x.digest, now, c->voting.term, &act->receipt, e);
}

static bool withdraw(struct db *db, void *arg, struct err *e)
{
	struct withdraw *act = arg;
	const int32_t g = act->group.g;
	struct stored_application a;
	bool found;

	(void)db;
	act->fresh = false;
	act->number = 0;
	buf_free(&act->receipt);
	if (!store_application_load(act->w, g, &act->x.application, STORE_UPDATE, &a, e) ||
		!object_find(act->w, g, &act->x.digest, &found, NULL, &act->receipt, e))
		return false;
	if (found)
		return true;
	if (a.state > APPLICATION_PROPOSED)
		return err_set(e, "closed", "this application was decided, or has ended, already");
	act->fresh = true;
	return sign_receipt(act, e) && store_proposal_about(act->w, g, &a.digest, &act->number, e) &&
		object_keep(act->w, g, &act->x.digest, KIND_WITHDRAWAL, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) &&
		store_application_set(act->w, g, &a.digest, APPLICATION_WITHDRAWN, "withdrawn by the applicant", e);
}

static bool check(
	struct withdraw *act, const char *group, const struct digest *application, const struct jws *j, const json_t *doc, struct err *e)
{
	struct stored_application a;

	if (!group_find(act->w, group, &act->group, e) || !group_may_change(&act->group, e) || !withdrawal_parse(j, &act->x, e))
		return false;
	if (digest_compare(&act->x.genesis, &act->group.genesis) != 0 || digest_compare(&act->x.application, application) != 0)
		return err_set(e, "wrong_context", "this withdraws another application");
	if (j->n != 1)
		return err_set(e, "bad_jws", "a withdrawal has one signature, by the applicant's key");
	if (!store_application_load(act->w, act->group.g, application, STORE_READ, &a, e) || !jws_verify(act->w->crypto, j, 0, &a.pub, e))
		return false;
	/* Every logged application gets an outcome in the log, so that it is put before it is void. */
	return (a.state != APPLICATION_RECEIVED || act_open(act->w, act->group.g, application, e)) && json_write(doc, &act->doc, e);
}

bool act_withdraw(struct worker *w, const char *group, const struct digest *application, const struct jws *withdrawal, const json_t *doc,
	struct answer *out, struct err *e)
{
	struct withdraw act = { .w = w };
	bool objected, rc;

	/* The same word, by the key that is said to be lost, objects to a recovery. */
	if (!recovery_object(w, group, application, withdrawal, doc, &objected, out, e) || objected)
		return err_ok(e);
	rc = check(&act, group, application, withdrawal, doc, e) && db_transaction(w->db, withdraw, &act, e) &&
		answer_object(out, "withdrawal", &act.x.digest, act.fresh, &act.receipt, e);

	if (rc && act.number > 0)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
