/* SPDX-License-Identifier: ISC
 * Revoking a membership, a key or a certificate: by the member, or by whom the charter lets revoke. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/objects.h"
#include "authority/store_certificate.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_revocation.h"
#include "authority/store_suspension.h"
#include "authority/suspend.h"
#include "authority/work.h"
#include "peer/request.h"

enum revoker { BY_MEMBER, BY_CHARTER };

struct revoking {
	struct worker *w;
	struct group group;
	struct revocation r;
	struct id16 member; /* whose membership, key or certificate it is */
	struct digest key;  /* that signed */
	enum revoker by;
	struct buf doc, receipt;
	bool fresh;
};

/* ---- who may */

/* An operator or administrator with a key of the ordinary kind: a passkey signs approvals alone. */
static const struct charter_person *person(const struct charter *c, const struct digest *key)
{
	const struct charter_person *p = charter_operator(c, key);

	if (p == NULL)
		p = charter_administrator(c, key);
	return p != NULL && p->passkey.rp == NULL ? p : NULL;
}

static bool by_charter(struct revoking *act, const struct jws *j, struct err *e)
{
	const struct charter_person *p;
	const struct charter *c;
	uint32_t version;
	int64_t now;

	if (!db_now(act->w->db, &now, e) || !charters_in_force(act->w, act->group.g, now, &version, e) ||
		!charters_by_version(act->w, act->group.g, version, &c, e))
		return false;
	p = person(c, &act->key);
	act->by = BY_CHARTER;
	if (p == NULL)
		return err_set(e, "not_allowed", "neither the member's own key nor one of an operator or administrator signed this");
	return jws_verify(act->w->crypto, j, 0, &p->key, e);
}

static bool find_signer(struct revoking *act, const struct jws *j, struct err *e)
{
	struct stored_key k;
	bool found;

	if (j->n != 1)
		return err_set(e, "bad_jws", "a revocation has one signature; this has %zu", j->n);
	act->key = j->sigs[0].kid;
	if (!store_key_find(act->w, act->group.g, &act->key, &found, &k, e))
		return false;
	if (!found || id16_compare(&k.member, &act->member) != 0)
		return by_charter(act, j, e);
	act->by = BY_MEMBER;
	return jws_verify(act->w->crypto, j, 0, &k.pub, e);
}

/* The same behind the lock, where nothing of it changes any more. */
static bool may_revoke(const struct revoking *act, const struct log_writer *lw, const struct stored_member *m, struct err *e)
{
	if (act->by == BY_CHARTER && person(lw->charter, &act->key) == NULL)
		return err_set(e, "not_allowed", "the charter in force names no operator or administrator with this key");
	if (act->by == BY_CHARTER)
		return act->r.target != REVOKE_MEMBER || lw->charter->membership.removal != REMOVAL_VOTES ||
			err_set(e, "not_allowed", "under this charter members are removed by vote alone");
	if (m->dead)
		return err_set(e, "key_revoked", "the key that signed this was revoked");
	return digest_compare(&m->key, &act->key) == 0 || err_set(e, "wrong_key", "the member has another key by now; sign with that one");
}

/* ---- what follows */

static bool log_it(struct revoking *act, struct log_writer *lw, struct entry *en, struct err *e)
{
	struct revocation_row row = { .object = act->r.digest,
		.member = act->member,
		.cause = act->r.cause,
		.since = lw->now,
		.key = en->has_key ? &act->r.key : NULL,
		.serial = en->has_serial ? &act->r.serial : NULL };

	en->object = act->r.digest;
	en->member = act->member;
	en->cause = act->r.cause;
	if (!log_append(lw, en, e))
		return false;
	row.index = en->index;
	return store_revocation_insert(act->w, act->group.g, &row, e);
}

static bool end_member(struct revoking *act, struct log_writer *lw, struct err *e)
{
	struct entry en = { .event = act->by == BY_MEMBER ? EVENT_LEFT : EVENT_EXPELLED };

	if (act->by == BY_CHARTER && lw->charter->membership.removal == REMOVAL_EMERGENCY)
		return suspend_by_word(lw, &act->member, &act->r.digest, e);
	return log_it(act, lw, &en, e) && store_member_end(act->w, act->group.g, &act->member, en.event, act->r.cause, en.index, e) &&
		(act->by == BY_MEMBER || suspend_cascade(lw, &act->member, &act->r.digest, e));
}

static bool revoke_key(struct revoking *act, struct log_writer *lw, struct err *e)
{
	struct entry en = { .event = EVENT_REVOKED, .has_key = true, .key = act->r.key };
	struct stored_key k;
	bool found;

	if (!store_key_find(act->w, act->group.g, &act->r.key, &found, &k, e))
		return false;
	if (!found || k.dead)
		return err_set(e, "replayed", "this key is revoked already");
	return log_it(act, lw, &en, e) && store_key_kill(act->w, act->group.g, &act->r.key, en.index, e);
}

static bool revoke_serial(struct revoking *act, struct log_writer *lw, struct err *e)
{
	struct entry en = { .event = EVENT_REVOKED, .has_serial = true, .serial = act->r.serial };
	bool revoked;

	if (!store_revocation_has_serial(act->w, act->group.g, &act->r.serial, &revoked, e))
		return false;
	if (revoked)
		return err_set(e, "replayed", "this certificate is revoked already");
	return log_it(act, lw, &en, e);
}

static bool put(struct revoking *act, struct log_writer *lw, const struct stored_member *m, struct err *e)
{
	static bool (*const by_target[])(struct revoking *, struct log_writer *, struct err *) = {
		[REVOKE_MEMBER] = end_member,
		[REVOKE_KEY] = revoke_key,
		[REVOKE_SERIAL] = revoke_serial,
	};

	if (m->ended)
		return err_set(e, m->ending == EVENT_EXPELLED ? "expelled" : "not_a_member",
			"this membership has ended, and all of it is revoked already");
	if (!may_revoke(act, lw, m, e) ||
		!notary_receipt(act->w, &act->group.genesis, &act->r.digest, lw->now, lw->charter->voting.term, &act->receipt, e) ||
		!object_keep(act->w, act->group.g, &act->r.digest, KIND_REVOCATION, buf_cstr(&act->doc), buf_cstr(&act->receipt), e) ||
		!by_target[act->r.target](act, lw, e))
		return false;
	act->fresh = true;
	return log_finish(lw, e);
}

static bool revoke(struct db *db, void *arg, struct err *e)
{
	struct revoking *act = arg;
	struct stored_member m;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_member_load(act->w, act->group.g, &act->member, STORE_UPDATE, &m, e) ||
		!object_find(act->w, act->group.g, &act->r.digest, &found, NULL, &act->receipt, e))
		return false;
	if (found)
		return true;
	if (!log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = put(act, lw, &m, e);
	log_close(lw);
	return rc;
}

/* ---- before the transaction */

static bool find_target(struct revoking *act, struct err *e)
{
	struct stored_key k;
	bool found;

	switch (act->r.target) {
	case REVOKE_MEMBER:
		act->member = act->r.member;
		return true;
	case REVOKE_SERIAL:
		return store_certificate_member(act->w, act->group.g, &act->r.serial, &act->member, e);
	case REVOKE_KEY:
		break;
	}
	if (!store_key_find(act->w, act->group.g, &act->r.key, &found, &k, e))
		return false;
	act->member = k.member;
	return found || err_set(e, "not_found", "this key is no member's");
}

static bool check(struct revoking *act, const char *group, const struct jws *j, const json_t *doc, struct err *e)
{
	const struct charter *c;
	struct err other = { 0 };

	if (!group_find(act->w, group, &act->group, e) || !revocation_parse(j, &act->r, e))
		return false;
	if (digest_compare(&act->r.genesis, &act->group.genesis) != 0)
		return err_set(e, "wrong_context", "this revokes something of another group than %s", act->group.name);
	/* Any charter of the group will do: a revocation that was signed in advance must work on the day. */
	if (!charters_by_digest(act->w, act->group.g, &act->r.charter, &c, &other))
		return err_is(&other, "not_found")
			? err_set(e, "wrong_context", "the revocation names a charter that this group does not have")
			: err_set(e, other.name, "%s", other.text);
	return find_target(act, e) && find_signer(act, j, e) && json_write(doc, &act->doc, e);
}

/* Where all that it did was to suspend: until when. */
static bool tell(struct revoking *act, struct answer *out, struct err *e)
{
	char id[DIGEST_TEXT], suspended[64] = "";
	int64_t until;

	if (!store_suspension_by(act->w, act->group.g, &act->member, &act->r.digest, &until, e))
		return false;
	if (act->r.target == REVOKE_MEMBER && until > 0)
		snprintf(suspended, sizeof(suspended), "\"suspended_until\":%lld,", (long long)until);
	digest_text(&act->r.digest, id);
	return answer_receipt(out, id, act->fresh, &act->receipt, e, "\"revocation\":\"%s\",%s", id, suspended);
}

bool act_revoke(struct worker *w, const char *group, const struct jws *revocation, const json_t *doc, struct answer *out, struct err *e)
{
	struct revoking act = { .w = w };
	bool rc = check(&act, group, revocation, doc, e) && db_transaction(w->db, revoke, &act, e) && tell(&act, out, e);

	if (rc && act.fresh) {
		work_post(w->a->work, WORK_LISTS, act.group.g, 0);
		work_post(w->a->work, WORK_PUBLISH, act.group.g, 0);
		work_touch(w, act.group.g);
	}
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}
