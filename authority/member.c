/* SPDX-License-Identifier: ISC
 * A member's own certificates: the next one by its key, and another key by both. */
#include "authority/answer.h"
#include "authority/charters.h"
#include "authority/intend.h"
#include "authority/objects.h"
#include "authority/renewal.h"
#include "authority/store_application.h"
#include "authority/store_certificate.h"
#include "authority/store_key.h"
#include "authority/store_member.h"
#include "authority/store_proposal.h"
#include "authority/store_revocation.h"
#include "authority/suspend.h"
#include "authority/work.h"
#include "peer/request.h"

#include <string.h>

/* A request dated further away than this is an old one, or by a clock that is wrong. CERTIFICATES_MAX: for one member within a
 * day, or within a certificate's life where that is shorter. */
enum { REQUEST_AGE = 86400, DAY = 86400, CERTIFICATES_MAX = 16 };

struct asking {
	struct worker *w;
	struct group group;
	const char *kind;
	struct digest digest, charter; /* of the request; that it names */
	struct id16 member;
	int64_t iat;
	struct digest old;  /* the key that signed */
	struct sig_pub key; /* to be certified */
	struct digest thumb;
	struct buf doc, receipt;
	uint64_t number; /* of the proposal, where the group decides; 0: it does not */
	bool fresh;
};

static bool in_force(const struct log_writer *lw, const struct asking *act, struct err *e)
{
	if (digest_compare(&lw->charter->object.digest, &act->charter) != 0)
		return err_set(e, "charter_not_in_force", "the request names another charter than version %u, which is in force",
			(unsigned)lw->version);
	if (act->iat < lw->now - REQUEST_AGE || act->iat > lw->now + REQUEST_AGE)
		return err_set(e, "wrong_time", "the request is dated more than a day away from now");
	return true;
}

static bool member_stands(const struct asking *act, const struct stored_member *m, struct err *e)
{
	if (!store_member_may_act(m, e))
		return false;
	return digest_compare(&m->key, &act->old) == 0 || err_set(e, "wrong_key", "the member has another key by now; sign with that one");
}

static bool keep(struct asking *act, struct log_writer *lw, struct err *e)
{
	act->fresh = true;
	return notary_receipt(act->w, &act->group.genesis, &act->digest, lw->now, lw->charter->voting.term, &act->receipt, e) &&
		object_keep(act->w, act->group.g, &act->digest, act->kind, buf_cstr(&act->doc), buf_cstr(&act->receipt), e);
}

/* Logs *issued* and stores what is intended; the receipt and the request stand beside it. */
static bool put(struct asking *act, struct log_writer *lw, const struct stored_member *m, enum origin origin, struct err *e)
{
	struct issuance i = { .origin = origin,
		.cause = act->digest,
		.decision = m->decision,
		.member = m->member,
		.node = m->node,
		.name = m->name,
		.key = act->key };

	return keep(act, lw, e) && intend(lw, lw->charter, &i, 0, e) && log_finish(lw, e);
}

static bool kind_is_taken(const struct asking *act, const struct log_writer *lw, struct err *e)
{
	if (act->key.alg == SIG_ED25519 ? lw->charter->membership.ed25519 : lw->charter->membership.p256)
		return true;
	return err_set(e, "foreign_key", "the charter does not let members have %s keys", sig_alg_name(act->key.alg));
}

/* ---- renewal */

/* Each renewal is an entry, and a record holds all entries of its proposal's term: one member must not be able to fill it. */
static bool not_too_often(const struct asking *act, const struct log_writer *lw, struct err *e)
{
	const int64_t life = lw->charter->membership.life;
	uint64_t n;

	if (!store_certificate_since(act->w, act->group.g, &act->member, lw->now - (life < DAY ? life : DAY), &n, e))
		return false;
	return n < CERTIFICATES_MAX ||
		err_set(e, "too_many", "the member was given %d certificates of late; the newest of them will do", CERTIFICATES_MAX);
}

static bool renew_logged(struct asking *act, struct log_writer *lw, const struct stored_member *m, struct err *e)
{
	/* The charter in force may have another mind on keys than the one that the member came in under: who follows the log holds to it. */
	if (!member_stands(act, m, e) || !suspend_refuses(lw, &m->member, "renew its certificate", e) || !in_force(lw, act, e) ||
		!kind_is_taken(act, lw, e) || !not_too_often(act, lw, e))
		return false;
	if (renewal_asked(lw->charter, m))
		return renewal_put(lw, m, &act->digest, &act->number, e) && keep(act, lw, e) && log_finish(lw, e);
	return put(act, lw, m, ORIGIN_RENEWAL, e);
}

/* ---- another key */

static bool key_stands(struct asking *act, struct log_writer *lw, struct err *e)
{
	bool used;

	if (!kind_is_taken(act, lw, e) || !store_key_free(act->w, act->group.g, &act->thumb, e) ||
		!store_application_uses(act->w, act->group.g, &act->thumb, &used, e))
		return false;
	if (used)
		return err_set(e, "key_in_use", "an application with this key is under way");
	return store_key_room(act->w, act->group.g, &act->member, e);
}

static bool rekey_logged(struct asking *act, struct log_writer *lw, const struct stored_member *m, struct err *e)
{
	struct entry en = { .event = EVENT_REKEYED, .object = act->digest, .member = act->member, .old_key = act->old, .key = act->thumb };
	struct revocation_row row = {
		.object = act->digest, .member = act->member, .key = &act->old, .cause = CAUSE_SUPERSEDED, .since = lw->now
	};
	const int32_t g = act->group.g;

	if (!member_stands(act, m, e) || !suspend_refuses(lw, &m->member, "change its key", e) || !in_force(lw, act, e) ||
		!key_stands(act, lw, e))
		return false;
	if (renewal_asked(lw->charter, m))
		return err_set(e, "not_allowed",
			"the group decides on this member's renewals, and so on no certificate for another key: "
			"gmc renew, or gmc recover where the key is lost");
	if (!log_append(lw, &en, e))
		return false;
	row.index = en.index;
	return store_key_replace(act->w, g, &act->old, en.index, e) &&
		store_key_insert(act->w, g, &act->thumb, &act->member, &act->key, en.index, e) &&
		store_revocation_insert(act->w, g, &row, e) && put(act, lw, m, ORIGIN_REKEY, e);
}

/* ---- both */

static bool ask(struct db *db, void *arg, struct err *e)
{
	struct asking *act = arg;
	struct stored_member m;
	struct log_writer *lw;
	bool found, rc;

	(void)db;
	act->fresh = false;
	buf_free(&act->receipt);
	if (!store_member_load(act->w, act->group.g, &act->member, STORE_UPDATE, &m, e) ||
		!object_find(act->w, act->group.g, &act->digest, &found, NULL, &act->receipt, e))
		return false;
	if (found)
		return store_proposal_about(act->w, act->group.g, &act->digest, &act->number, e);
	if (!log_open(act->w, act->group.g, &lw, e))
		return false;
	rc = strcmp(act->kind, KIND_RENEWAL) == 0 ? renew_logged(act, lw, &m, e) : rekey_logged(act, lw, &m, e);
	log_close(lw);
	return rc;
}

/* The key that signed must have been the member's; whether it is still is asked behind the lock. */
static bool find_signer(struct asking *act, const struct digest *kid, struct stored_key *out, struct err *e)
{
	bool found;

	act->old = *kid;
	if (!store_key_find(act->w, act->group.g, kid, &found, out, e))
		return false;
	if (!found)
		return err_set(e, "not_a_member", "the key that signed this is no member's");
	return id16_compare(&out->member, &act->member) == 0 || err_set(e, "wrong_key", "the key that signed this is another member's");
}

static bool in_context(const struct asking *act, const struct digest *genesis, struct err *e)
{
	return digest_compare(genesis, &act->group.genesis) == 0 ||
		err_set(e, "wrong_context", "this is for another group than %s", act->group.name);
}

static bool check_renewal(struct asking *act, const struct jws *j, struct err *e)
{
	struct stored_key k;
	struct renewal r;

	if (!renewal_parse(j, &r, e) || !in_context(act, &r.genesis, e))
		return false;
	if (j->n != 1)
		return err_set(e, "bad_jws", "a renewal has one signature, by the member's key; this has %zu", j->n);
	act->digest = r.digest;
	act->charter = r.charter;
	act->member = r.member;
	act->iat = r.iat;
	if (!find_signer(act, &j->sigs[0].kid, &k, e) || !jws_verify(act->w->crypto, j, 0, &k.pub, e))
		return false;
	act->key = k.pub;
	act->thumb = act->old;
	return true;
}

/* Of the two that signed, the one that is a member's is the old key. */
static bool find_old(struct asking *act, const struct jws *j, struct stored_key *out, struct err *e)
{
	struct err first = { 0 };

	if (j->n != 2)
		return err_set(e, "bad_jws", "a change of key has two signatures, by the old and the new key; this has %zu", j->n);
	if (find_signer(act, &j->sigs[0].kid, out, &first))
		return true;
	return err_is(&first, "not_a_member") ? find_signer(act, &j->sigs[1].kid, out, e) : err_set(e, first.name, "%s", first.text);
}

static bool check_rekey(struct asking *act, const struct jws *j, struct err *e)
{
	struct stored_key k;
	struct rekey r;

	if (!rekey_parse(j, &r, e) || !in_context(act, &r.genesis, e))
		return false;
	act->digest = r.digest;
	act->charter = r.charter;
	act->member = r.member;
	act->iat = r.iat;
	if (!find_old(act, j, &k, e) || !rekey_verify(act->w->crypto, j, &k.pub, &r, e))
		return false;
	act->key = r.key;
	act->thumb = r.thumb;
	return true;
}

static bool tell(const struct asking *act, struct answer *out, struct err *e)
{
	char cause[DIGEST_TEXT], serial[ID16_TEXT], number[40] = "";
	struct id16 id;

	profile_serial(&act->digest, &id);
	if (act->number > 0)
		snprintf(number, sizeof(number), "\"proposal\":%llu,", (unsigned long long)act->number);
	digest_text(&act->digest, cause);
	id16_text(&id, serial);
	return answer_receipt(out, cause, act->fresh, &act->receipt, e, "\"cause\":\"%s\",\"serial\":\"%s\",%s", cause, serial, number);
}

static bool asked(struct worker *w, const char *group, const char *kind, bool (*check)(struct asking *, const struct jws *, struct err *),
	const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct asking act = { .w = w, .kind = kind };
	bool rc = group_find(w, group, &act.group, e) && check(&act, j, e) && json_write(doc, &act.doc, e) &&
		db_transaction(w->db, ask, &act, e) && tell(&act, out, e);

	if (rc && act.fresh && act.number > 0)
		work_post(w->a->work, WORK_DECIDE, act.group.g, act.number);
	if (rc && act.fresh)
		work_post(w->a->work, WORK_PUBLISH, act.group.g, 0);
	if (rc && act.fresh && strcmp(kind, KIND_REKEY) == 0)
		work_post(w->a->work, WORK_LISTS, act.group.g, 0);
	buf_free(&act.doc);
	buf_free(&act.receipt);
	return rc;
}

bool act_renew(struct worker *w, const char *group, const struct jws *renewal, const json_t *doc, struct answer *out, struct err *e)
{
	return asked(w, group, KIND_RENEWAL, check_renewal, renewal, doc, out, e);
}

bool act_rekey(struct worker *w, const char *group, const struct jws *rekey, const json_t *doc, struct answer *out, struct err *e)
{
	return asked(w, group, KIND_REKEY, check_rekey, rekey, doc, out, e);
}
