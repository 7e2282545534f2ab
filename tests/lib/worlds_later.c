/* SPDX-License-Identifier: ISC
 * What happens in a world once it has members: renewals, leaving, revocations; and evidence as a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/request.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/worlds.h"

void world_renew(struct world *w, size_t i)
{
	const struct world_member *m = &w->members[i];
	struct renewal r = { .genesis = w->genesis, .charter = w->charter->object.digest, .member = m->member, .iat = w->now };
	uint8_t fresh[16] = { 7, (uint8_t)w->log_n };
	struct jws j = envelope(w->c, KIND_RENEWAL, renewal_print(&r, fresh), m->key);
	struct entry issued = { .event = EVENT_ISSUED, .member = m->member, .key = m->thumb };
	struct issuance is = { .origin = ORIGIN_RENEWAL,
		.decision = i < CHARTERS_FOUNDERS ? w->genesis : w->decision.digest,
		.member = m->member,
		.node = m->node,
		.name = "",
		.key = *sig_key_pub(m->key),
		.time = ++w->now };
	struct buf tbs = { 0 };
	struct gmc_fields f;

	jws_digest(&j, KIND_RENEWAL, &is.cause);
	issuance_fields(w->charter, &w->issuer, &is, &f);
	assert_true(profile_gmc(&f, &tbs));
	profile_tbs_digest(buf_slice(&tbs), &issued.tbs);
	buf_free(&tbs);
	issued.object = is.cause;
	issued.serial = f.serial;
	issued.until = f.not_after;
	world_log(w, issued, envelope_json(&j));
	jws_free(&j);
}

static json_t *revocation_of(struct world *w, struct revocation r, const struct sig_key *k, struct digest *digest)
{
	json_t *o;
	struct jws j;

	r.genesis = w->genesis;
	r.charter = w->charter->object.digest;
	r.iat = w->now;
	j = envelope(w->c, KIND_REVOCATION, revocation_print(&r), k);
	jws_digest(&j, KIND_REVOCATION, digest);
	o = envelope_json(&j);
	jws_free(&j);
	w->now++;
	return o;
}

void world_leave(struct world *w, size_t i)
{
	struct world_member *m = &w->members[i];
	struct entry left = { .event = EVENT_LEFT, .member = m->member, .cause = CAUSE_CESSATION };
	json_t *o = revocation_of(
		w, (struct revocation){ .target = REVOKE_MEMBER, .member = m->member, .cause = left.cause }, m->key, &left.object);

	m->gone = true;
	world_log(w, left, o);
}

void world_revoke_key(struct world *w, size_t i)
{
	struct world_member *m = &w->members[i];
	struct entry gone = {
		.event = EVENT_REVOKED, .member = m->member, .has_key = true, .key = m->thumb, .cause = CAUSE_KEY_COMPROMISE
	};
	json_t *o = revocation_of(
		w, (struct revocation){ .target = REVOKE_KEY, .key = m->thumb, .cause = gone.cause }, w->keys->operators[0], &gone.object);

	world_log(w, gone, o);
}

/* ---- evidence */

struct vouch world_vouch(const struct world *w, size_t i)
{
	return (struct vouch){ .genesis = w->genesis,
		.charter = w->proposal.charter,
		.application = w->proposal.subject,
		.member = w->members[i].member,
		.iat = w->now };
}

struct evidence_object world_sign_vouch(const struct world *w, const struct vouch *v, const struct sig_key *k)
{
	return (struct evidence_object){ .jws = envelope(w->c, KIND_VOUCH, vouch_print(v), k), .key = *sig_key_pub(k) };
}

void world_log_vouch(struct world *w, const struct vouch *v, const struct sig_key *k, uint32_t live)
{
	struct entry en = { .event = EVENT_VOUCHED, .member = v->member, .application = v->application, .live = live };
	struct evidence_object o = world_sign_vouch(w, v, k);

	w->now++;
	for (size_t i = 0; i < w->n; i++)
		if (id16_compare(&w->members[i].member, &v->member) == 0)
			en.age = w->now - w->members[i].since;
	jws_digest(&o.jws, KIND_VOUCH, &en.object);
	world_log(w, en, envelope_json(&o.jws));
	jws_free(&o.jws);
}

static json_t *vote_document(const struct evidence_vote *v)
{
	return json_pack("{s:o,s:o,s:i}", "vote", envelope_json(&v->jws), "key", jwk_print(&v->key), "status", (int)v->status);
}

json_t *world_evidence(const struct evidence *ev)
{
	json_t *votes = json_array(), *words = json_array();

	for (size_t i = 0; i < ev->votes_n; i++)
		assert_int_equal(json_array_append_new(votes, vote_document(&ev->votes[i])), 0);
	for (size_t i = 0; i < ev->objects_n; i++)
		assert_int_equal(json_array_append_new(words,
					 json_pack("{s:o,s:o}", "object", envelope_json(&ev->objects[i].jws), "key",
						 jwk_print(&ev->objects[i].key))),
			0);
	return json_pack("{s:o,s:o}", "votes", votes, "evidence", words);
}
