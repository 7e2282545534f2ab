/* SPDX-License-Identifier: ISC
 * Candidates, measurements, draws and invitations in the log: what a ledger takes, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

static void drawing(json_t *charter)
{
	charters_set(
		charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"draw\":1,\"observers\":2}},{\"votes\":{\"count\":2}}]}");
	charters_set(charter, "/inviting", "{\"measures\":{\"uptime\":60},\"window\":10000,\"every\":5000}");
	charters_set(charter, "/tests", "[]");
}

static void asking(json_t *charter)
{
	drawing(charter);
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"observers\":1}},{\"votes\":{\"count\":2}}]}");
}

static void loaded(json_t *charter)
{
	drawing(charter);
	charters_set(charter, "/inviting/load", "{\"clients\":10,\"share\":\"1/2\"}");
}

static void begin(void (*change)(json_t *charter))
{
	f = follower_new(change);
	w = f->w;
	for (size_t i = 0; i < CANDIDATES; i++)
		keys[i] = sig_key_generate(SIG_ED25519, NULL);
}

static void end(void)
{
	for (size_t i = 0; i < CANDIDATES; i++)
		sig_key_free(keys[i]);
	follower_free(f);
}

/* ---- what the log gets */

static void stand(size_t i)
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

static struct measurement seen(size_t candidate, int64_t uptime)
{
	return (struct measurement){ .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.has_candidate = true,
		.candidate = stood[candidate].digest,
		.uptime = uptime,
		.iat = w->now };
}

static void log_measure(const struct measurement *given, size_t member)
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

static void measure(size_t candidate, size_t member, int64_t uptime)
{
	struct measurement m = seen(candidate, uptime);

	log_measure(&m, member);
}

static void tell_load(size_t member, int64_t clients)
{
	struct measurement m = { .genesis = w->genesis, .charter = w->charter->object.digest, .clients = clients, .iat = w->now };

	log_measure(&m, member);
}

/* The draw that the eligible, given here, make with this seed. */
static struct draw draw_of(uint64_t number, const size_t *eligible, size_t n)
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

static void log_draw(struct draw *d)
{
	struct entry en = { .event = EVENT_DRAWN };
	json_t *o = world_request(w, KIND_DRAW, draw_print(d), w->keys->notary, &d->digest);

	en.object = d->digest;
	world_log(w, en, o);
}

static size_t whose(const struct digest *candidacy)
{
	size_t i = 0;

	while (digest_compare(&stood[i].digest, candidacy) != 0)
		assert_true(++i < CANDIDATES);
	return i;
}

static struct entry invited(const struct digest *object, size_t i)
{
	return (struct entry){
		.event = EVENT_INVITED, .object = *object, .key = stood[i].thumb, .candidate = stood[i].digest, .until = w->now + LIFE
	};
}

static void invite(size_t i, size_t member, int64_t until)
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

/* ---- candidates and measurements */

static void candidates_stand_once(void **state)
{
	struct world_mark m;

	(void)state;
	begin(asking);
	stand(0);
	follower_accepts(f);
	m = world_mark(w);
	w->now++;
	stand(0);
	follower_refuses_since(f, &m, "already_candidate");
	w->now += WINDOW;
	stand(0); /* the first one's time is over */
	follower_accepts(f);
	end();
	begin(NULL);
	stand(0);
	follower_refuses(f, "not_allowed");
	end();
}

static void members_measure_once_an_hour(void **state)
{
	struct measurement wrong;
	struct world_mark m;

	(void)state;
	begin(asking);
	stand(0);
	measure(0, 0, 70);
	follower_accepts(f);
	m = world_mark(w);
	w->now += 3599;
	measure(0, 0, 80);
	follower_refuses_since(f, &m, "too_soon");
	w->now += 3600;
	measure(0, 0, 80);
	tell_load(0, 3);
	follower_accepts(f);
	m = world_mark(w);
	wrong = seen(0, 1);
	wrong.candidate.b[0] ^= 1;
	log_measure(&wrong, 1);
	follower_refuses_since(f, &m, "not_a_candidate");
	w->now += WINDOW;
	measure(0, 1, 80);
	follower_refuses_since(f, &m, "not_a_candidate");
	end();
}

/* ---- draws */

static void begin_measured(void (*change)(json_t *charter))
{
	begin(change);
	for (size_t i = 0; i < CANDIDATES; i++)
		stand(i);
	for (size_t i = 0; i < CANDIDATES; i++) {
		measure(i, 0, i == 2 ? 50 : 70); /* the median of the last is too low */
		measure(i, 1, 90);
	}
	follower_accepts(f);
}

static void draws_are_computed_again(void **state)
{
	const size_t two[] = { 0, 1 }, three[] = { 0, 1, 2 };
	struct world_mark m;
	struct entry en;
	struct draw d;
	size_t who;

	(void)state;
	begin_measured(drawing);
	m = world_mark(w);
	d = draw_of(0, three, 3);
	log_draw(&d);
	follower_refuses_since(f, &m, "draw_differs");
	d = draw_of(1, two, 2);
	log_draw(&d);
	follower_refuses_since(f, &m, "seed_differs");
	d = draw_of(0, two, 2);
	d.seed[0] ^= 1;
	log_draw(&d);
	follower_refuses_since(f, &m, "seed_differs");
	d = draw_of(0, two, 2);
	d.drawn[0] = stood[1 - whose(&d.drawn[0])].digest;
	log_draw(&d);
	follower_refuses_since(f, &m, "draw_differs");
	d = draw_of(0, two, 2);
	log_draw(&d);
	who = whose(&d.drawn[0]);
	follower_accepts(f);
	m = world_mark(w);
	world_log(w, (struct entry){ .event = EVENT_LEFT, .member = w->members[2].member, .object = d.digest }, NULL);
	follower_refuses_since(f, &m, "log_order");
	en = invited(&d.digest, 1 - who);
	world_log(w, en, NULL);
	follower_refuses_since(f, &m, "invitation_differs");
	en = invited(&d.digest, who);
	en.until++;
	world_log(w, en, NULL);
	follower_refuses_since(f, &m, "invitation_differs");
	world_log(w, invited(&d.digest, who), NULL);
	follower_accepts(f);
	m = world_mark(w);
	w->now += EVERY - 1;
	d = draw_of(1, &(size_t){ 1 - who }, 1);
	log_draw(&d);
	follower_refuses_since(f, &m, "not_due");
	end();
}

static void load_delays_a_draw(void **state)
{
	const size_t two[] = { 0, 1 };
	struct world_mark m;
	struct draw d;

	(void)state;
	begin_measured(loaded);
	tell_load(0, 10);
	follower_accepts(f);
	m = world_mark(w);
	d = draw_of(0, two, 2);
	log_draw(&d);
	follower_refuses_since(f, &m, "not_due");
	tell_load(1, 9);
	d = draw_of(0, two, 2);
	log_draw(&d);
	follower_accepts(f);
	end();
}

/* ---- invitations */

static void members_invite_whom_they_measured(void **state)
{
	struct world_mark m;

	(void)state;
	begin(asking);
	stand(0);
	follower_accepts(f);
	m = world_mark(w);
	invite(0, 0, w->now + LIFE);
	follower_refuses_since(f, &m, "not_eligible");
	measure(0, 1, 60);
	follower_accepts(f);
	m = world_mark(w);
	invite(0, 0, w->now + LIFE + 1);
	follower_refuses_since(f, &m, "out_of_range");
	invite(0, 0, w->now + LIFE);
	follower_accepts(f);
	m = world_mark(w);
	invite(0, 1, w->now + LIFE);
	follower_refuses_since(f, &m, "not_a_candidate");
	end();
	begin_measured(drawing);
	invite(0, 0, w->now + LIFE);
	follower_refuses(f, "not_allowed");
	end();
}

/* The world's applicant has a key of its own: it is the candidate then. */
static void who_is_not_invited_is_refused(void **state)
{
	struct world_mark m;

	(void)state;
	begin(asking);
	follower_accepts(f);
	m = world_mark(w);
	world_apply(w);
	follower_refuses_since(f, &m, "not_invited");
	sig_key_free(keys[0]);
	keys[0] = w->applicant;
	stand(0);
	measure(0, 1, 60);
	invite(0, 0, w->now + 10);
	follower_accepts(f);
	m = world_mark(w);
	w->now += 10;
	world_apply(w);
	follower_refuses_since(f, &m, "not_invited");
	world_apply(w);
	follower_accepts(f);
	m = world_mark(w);
	world_apply(w); /* one application an invitation */
	follower_refuses_since(f, &m, "not_invited");
	keys[0] = NULL;
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(candidates_stand_once),
		cmocka_unit_test(members_measure_once_an_hour),
		cmocka_unit_test(draws_are_computed_again),
		cmocka_unit_test(load_delays_a_draw),
		cmocka_unit_test(members_invite_whom_they_measured),
		cmocka_unit_test(who_is_not_invited_is_refused),
	};

	return cmocka_run_group_tests_name("ledger_invite", tests, NULL, NULL);
}
