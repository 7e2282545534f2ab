/* SPDX-License-Identifier: ISC
 * A world whose group invites, and what its log gets: for the tests of candidates, draws and invitations. Each begins with begin() and ends
 * with end(). */
#ifndef TESTS_PEER_INVITING_H
#define TESTS_PEER_INVITING_H

#include <string.h>

#include "tests/lib/followers.h"
#include "voting/candidacy.h"
#include "voting/draw.h"
#include "voting/eligible.h"
#include "voting/invitation.h"
#include "voting/measurement.h"
#include "voting/tally.h"

enum { LIFE = 1000, WINDOW = 10000, EVERY = 5000, CANDIDATES = 3 };

static struct follower *f;
static struct world *w;
static struct sig_key *keys[CANDIDATES];
static struct candidacy stood[CANDIDATES];

static inline void drawing(json_t *charter)
{
	charters_set(
		charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"draw\":1,\"observers\":2}},{\"votes\":{\"count\":2}}]}");
	charters_set(charter, "/inviting", "{\"measures\":{\"uptime\":60},\"window\":10000,\"every\":5000}");
	charters_set(charter, "/tests", "[]");
}

static inline void asking(json_t *charter)
{
	drawing(charter);
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"observers\":1}},{\"votes\":{\"count\":2}}]}");
}

static inline void loaded(json_t *charter)
{
	drawing(charter);
	charters_set(charter, "/inviting/load", "{\"clients\":10,\"share\":\"1/2\"}");
}

static inline void begin(void (*change)(json_t *charter))
{
	f = follower_new(change);
	w = f->w;
	for (size_t i = 0; i < CANDIDATES; i++)
		keys[i] = sig_key_generate(SIG_ED25519, NULL);
}

static inline void end(void)
{
	for (size_t i = 0; i < CANDIDATES; i++)
		sig_key_free(keys[i]);
	follower_free(f);
}

/* ---- what the log gets */

static inline void stand(size_t i)
{
	struct candidacy v = { .genesis = w->genesis, .charter = w->charter->object.digest, .key = *sig_key_pub(keys[i]), .iat = w->now };
	struct entry en = { .event = EVENT_CANDIDATE };
	uint8_t nonce[CANDIDACY_NONCE] = { (uint8_t)w->log_n };
	json_t *o;

	strcpy(v.name, "dee");
	jwk_thumbprint(&v.key, &v.thumb);
	o = world_request(w, KIND_CANDIDACY, candidacy_print(&v, nonce), keys[i], &v.digest);
	en.object = v.digest;
	en.key = v.thumb;
	stood[i] = v;
	world_log(w, en, o);
}

static inline struct measurement seen(size_t candidate, int64_t uptime)
{
	return (struct measurement){ .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.has_candidate = true,
		.candidate = stood[candidate].digest,
		.uptime = uptime,
		.iat = w->now };
}

static inline void log_measure(const struct measurement *given, size_t member)
{
	struct measurement made = *given, *m = &made;
	struct entry en = {
		.event = EVENT_MEASURED, .member = w->members[member].member, .has_candidate = m->has_candidate, .candidate = m->candidate
	};
	json_t *o;

	m->member = en.member;
	o = world_request(w, KIND_MEASUREMENT, measurement_print(m), w->members[member].key, &en.object);
	world_log(w, en, o);
}

static inline void measure(size_t candidate, size_t member, int64_t uptime)
{
	struct measurement m = seen(candidate, uptime);

	log_measure(&m, member);
}

static inline void tell_load(size_t member, int64_t clients)
{
	struct measurement m = { .genesis = w->genesis, .charter = w->charter->object.digest, .clients = clients, .iat = w->now };

	log_measure(&m, member);
}

/* The draw that the eligible, given here, make with this seed. */
static inline struct draw draw_of(uint64_t number, const size_t *eligible, size_t n)
{
	struct draw d = {
		.genesis = w->genesis, .charter = w->charter->object.digest, .number = number, .eligible = (uint32_t)n, .iat = w->now
	};
	struct digest all[CANDIDATES];

	for (size_t i = 0; i < n; i++)
		all[i] = stood[eligible[i]].digest;
	memcpy(d.seed, w->seeds[number], sizeof(d.seed));
	d.drawn_n = eligible_draw(&w->genesis, d.seed, all, n, 1, d.drawn);
	assert_true(digests_root(all, n, &d.root, NULL));
	return d;
}

static inline void log_draw(struct draw *d)
{
	struct entry en = { .event = EVENT_DRAWN };
	json_t *o = world_request(w, KIND_DRAW, draw_print(d), w->keys->notary, &d->digest);

	en.object = d->digest;
	world_log(w, en, o);
}

static inline size_t whose(const struct digest *candidacy)
{
	size_t i = 0;

	while (digest_compare(&stood[i].digest, candidacy) != 0)
		assert_true(++i < CANDIDATES);
	return i;
}

static inline struct entry invited(const struct digest *object, size_t i)
{
	return (struct entry){
		.event = EVENT_INVITED, .object = *object, .key = stood[i].thumb, .candidate = stood[i].digest, .until = w->now + LIFE
	};
}

static inline void invite(size_t i, size_t member, int64_t until)
{
	struct invitation v = { .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.candidate = stood[i].digest,
		.has_member = true,
		.member = w->members[member].member,
		.until = until,
		.iat = w->now };
	struct entry en = invited(&v.digest, i);
	json_t *o = world_request(w, KIND_INVITATION, invitation_print(&v), w->members[member].key, &en.object);

	en.until = until;
	world_log(w, en, o);
}

#endif
