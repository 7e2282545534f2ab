/* SPDX-License-Identifier: ISC
 * Renewals and recoveries that a hall's group grants to its third founder, with what a *yes* brings, and their records. */
#ifndef TESTS_LIB_GRANTED_H
#define TESTS_LIB_GRANTED_H

#include "peer/recovery.h"
#include "peer/request.h"
#include "tests/lib/followers.h"
#include "tests/lib/recorded.h"
#include "tests/lib/trusts.h"

enum { HOLDER = 2 };
static const uint8_t GRANTED_NONCE[16] = { 3 };

static inline void granted_by_vote(json_t *charter)
{
	charters_set(charter, "/renewal", "{\"votes\":{\"count\":2}}");
	charters_set(charter, "/recovery", "{\"member\":{\"votes\":{\"count\":2}}}");
}

static inline void granted_by_vouches(json_t *charter)
{
	charters_set(charter, "/recovery", "{\"member\":{\"vouches\":{\"count\":2,\"budget\":3}}}");
}

static inline void ask_renewal(const struct sig_key *by)
{
	const struct renewal r = {
		.genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[HOLDER].member, .iat = w->now
	};
	struct proposal p = { .question = Q_RENEW, .member = r.member };
	json_t *o = world_request(w, KIND_RENEWAL, renewal_print(&r, GRANTED_NONCE), by, &p.subject);

	world_propose_request(w, &p, "renewal", o);
	hall_clear(h);
}

static inline void ask_recovery(const struct sig_key *next)
{
	struct recovery r = {
		.genesis = w->genesis, .charter = w->charter->object.digest, .member = w->members[HOLDER].member, .iat = w->now
	};
	struct proposal p = { .question = Q_RECOVER, .member = r.member };
	struct buf csr = { 0 };
	json_t *o;

	assert_true(csr_make(w->c, next, NULL, &csr, NULL));
	memcpy(r.csr, csr.p, csr.n);
	r.csr_n = csr.n;
	buf_free(&csr);
	jwk_thumbprint(sig_key_pub(next), &p.key);
	o = world_request(w, KIND_RECOVERY, recovery_print(&r, GRANTED_NONCE), next, &p.subject);
	world_propose_request(w, &p, "recovery", o);
	hall_clear(h);
}

/* Logs *issued* as the decision brings it, for this key. Appends the certificate. */
static inline void log_issued(const struct sig_key *key, struct buf *gmc)
{
	const bool renews = w->proposal.question == Q_RENEW;
	struct issuance is = { .origin = renews ? ORIGIN_RENEWAL : ORIGIN_RECOVERY,
		.cause = renews ? w->proposal.subject : w->decision.digest,
		.decision = w->genesis,
		.member = w->members[HOLDER].member,
		.node = w->members[HOLDER].node,
		.name = "",
		.key = *sig_key_pub(key),
		.time = w->now };
	struct entry en = { .event = EVENT_ISSUED, .object = is.cause, .member = is.member };
	struct buf tbs = { 0 };
	struct gmc_fields f;

	jwk_thumbprint(&is.key, &en.key);
	issuance_fields(w->charter, &w->issuer, &is, &f);
	assert_true(profile_gmc(&f, &tbs));
	profile_tbs_digest(buf_slice(&tbs), &en.tbs);
	buf_free(&tbs);
	en.serial = f.serial;
	en.until = f.not_after;
	world_log(w, en, NULL);
	world_seal(w, &f, gmc);
}

/* What was gathered is enough: decided, its consequences logged. The record, with the certificate for this key. */
static inline json_t *granted(const struct sig_key *key)
{
	struct entry moved = { .event = EVENT_REKEYED, .member = w->proposal.member, .old_key = w->members[HOLDER].thumb };
	struct buf gmc = { 0 }, ca = { 0 };
	json_t *doc;

	hall_decide(h, OUTCOME_YES);
	moved.object = w->decision.digest;
	moved.key = w->proposal.key;
	if (w->proposal.question == Q_RECOVER)
		world_log(w, moved, NULL);
	log_issued(key, &gmc);
	world_ca(w, &ca);
	doc = hall_record(h, true);
	assert_true(object_set_base64(doc, "gmc", buf_slice(&gmc)) && object_set_base64(doc, "authority", buf_slice(&ca)));
	buf_free(&gmc);
	buf_free(&ca);
	return doc;
}

/* Which one the group grants, and by what of the other two founders; a new key is the caller's. */
enum granted { RENEWAL_BY_VOTES, RECOVERY_BY_VOTES, RECOVERY_BY_VOUCHES, GRANTED };

/* Asked, and all that it needs gathered. */
static inline void granted_open(enum granted which, const struct sig_key *next)
{
	open_hall(which == RECOVERY_BY_VOUCHES ? granted_by_vouches : granted_by_vote);
	which == RENEWAL_BY_VOTES ? ask_renewal(w->members[HOLDER].key) : ask_recovery(next);
	for (size_t i = 0; i < HOLDER; i++)
		which == RECOVERY_BY_VOUCHES ? (void)hall_vouch(h, i, 1) : (void)hall_cast(h, i, CHOICE_YES);
}

/* Decided. Its record. */
static inline json_t *granted_record(enum granted which, const struct sig_key *next)
{
	return granted(which == RENEWAL_BY_VOTES ? w->members[HOLDER].key : next);
}

#endif
