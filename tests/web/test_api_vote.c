/* SPDX-License-Identifier: ISC
 * Proposals, votes and records over HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/web/site.h"

static json_t *ballot(struct folk *f, struct worker *w, const struct vote *v, const struct sig_key *k)
{
	const struct sig_key *by[] = { k };
	struct said said = said_by(w, KIND_VOTE, vote_print(v), by, 1);
	json_t *body = json_pack("{s:O}", "vote", said.doc);

	(void)f;
	said_free(&said);
	return body;
}

static struct said_back cast(struct site_under_test *s, struct folk *f, uint64_t number, const struct vote *v, const struct sig_key *k)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1/groups/%s/proposals/%d/votes", f->g.name, (int)number);
	return site_post(s, path, ballot(f, f->r->w, v, k));
}

static struct said_back founder_casts(struct site_under_test *s, struct folk *f, uint64_t number, size_t i, enum choice choice)
{
	struct vote v = folk_vote(f, f->r->w, number, &f->r->keys->member[i], choice);

	return cast(s, f, number, &v, f->r->founders[i]);
}

static void refuses(struct said_back b, int status, const char *name)
{
	if (b.a.status != status || strcmp(site_problem(&b), name) != 0)
		fail_msg("%d %s, not %d %s", b.a.status, site_problem(&b), status, name);
	said_back_free(&b);
}

static uint64_t proposed(struct site_under_test *s, struct folk *f)
{
	struct sig_key *k = envelope_key(SIG_ED25519);
	uint64_t number = folk_propose(f, s->realm->w, k);

	sig_key_free(k);
	return number;
}

static void a_vote_gets_one_receipt(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "votes", NULL);
	uint64_t number = proposed(s, &f);
	struct said_back b = founder_casts(s, &f, number, 0, CHOICE_YES), again = founder_casts(s, &f, number, 0, CHOICE_YES), p;

	assert_int_equal(b.a.status, 202);
	assert_non_null(json_object_get(json_object_get(b.doc, "receipt"), "payload"));
	assert_true(json_equal(b.doc, again.doc));
	said_back_free(&again);
	p = site_get(s, 200, "/v1/groups/votes/proposals/1");
	assert_int_equal(site_number(p.doc, "/yes"), 1);
	assert_int_equal(site_number(p.doc, "/electors"), 3);
	assert_string_equal(site_string(p.doc, "/voters/0/choice"), "yes");
	assert_string_equal(site_string(p.doc, "/asks/0/missing"), "1 of 2 say yes; 1 more yes is needed");
	assert_non_null(json_object_get(p.doc, "application"));
	said_back_free(&p);
	refuses(founder_casts(s, &f, number, 0, CHOICE_NO), 409, "equivocation");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM votes WHERE g = %d AND choice = 0"), 1);
	said_back_free(&b);
	folk_free(&f);
}

static void a_vote_for_something_else_is_refused(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "elsewhere", NULL);
	uint64_t number = proposed(s, &f);
	struct vote v = folk_vote(&f, s->realm->w, number, &s->realm->keys->member[0], CHOICE_YES), wrong = v;
	struct sig_key *stranger = envelope_key(SIG_ED25519);

	wrong.genesis.b[0] ^= 1;
	refuses(cast(s, &f, number, &wrong, s->realm->founders[0]), 403, "wrong_context");
	wrong = v;
	wrong.proposal.b[0] ^= 1;
	refuses(cast(s, &f, number, &wrong, s->realm->founders[0]), 403, "wrong_context");
	wrong = v;
	wrong.charter.b[0] ^= 1;
	refuses(cast(s, &f, number, &wrong, s->realm->founders[0]), 403, "wrong_context");
	refuses(cast(s, &f, number, &v, s->realm->founders[1]), 403, "wrong_key");
	refuses(cast(s, &f, number, &v, stranger), 403, "not_a_member");
	refuses(cast(s, &f, 7, &v, s->realm->founders[0]), 404, "not_found");
	folk_let_pass(&f, number);
	v.iat -= 700000;
	refuses(cast(s, &f, number, &v, s->realm->founders[0]), 409, "closed");
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM votes WHERE g = %d"), 0);
	sig_key_free(stranger);
	folk_free(&f);
}

/* Many at once, good and bad: each gets its own answer. */
struct voter_at_work {
	pthread_t thread;
	struct site_under_test *s;
	struct folk *f;
	char *body;
	int want, got;
};

static void *vote_at_once(void *arg)
{
	struct voter_at_work *v = arg;
	struct said_back b = site_ask(v->s, "POST", "/v1/groups/at-once/proposals/1/votes", NULL, v->body);

	v->got = b.a.status;
	said_back_free(&b);
	return NULL;
}

static void votes_at_once_are_answered_each(void **state)
{
	enum { CROWD = 24 };
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "at-once", NULL);
	struct voter_at_work crowd[CROWD];
	const int want[] = { 202, 400, 202, 403 };
	uint64_t number = proposed(s, &f);

	for (size_t i = 0; i < CROWD; i++) {
		struct vote v = folk_vote(&f, s->realm->w, number, &s->realm->keys->member[i % 3], CHOICE_YES);
		json_t *body;

		/* every fourth is spoilt, every fourth is none */
		if (i % 4 == 3)
			v.proposal.b[0] ^= 1;
		body = i % 4 == 1 ? json_pack("{s:i}", "vote", 1) : ballot(&f, s->realm->w, &v, s->realm->founders[i % 3]);
		crowd[i] = (struct voter_at_work){ .s = s, .f = &f, .body = json_dumps(body, 0), .want = want[i % 4] };
		json_decref(body);
	}
	for (size_t i = 0; i < CROWD; i++)
		assert_int_equal(pthread_create(&crowd[i].thread, NULL, vote_at_once, &crowd[i]), 0);
	for (size_t i = 0; i < CROWD; i++) {
		pthread_join(crowd[i].thread, NULL);
		free(crowd[i].body);
	}
	for (size_t i = 0; i < CROWD; i++)
		assert_int_equal(crowd[i].got, crowd[i].want);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM votes WHERE g = %d"), 3);
	folk_free(&f);
}

static void show_counts(json_t *charter)
{
	charters_set(charter, "/voting/show", "\"counts\"");
}

static void show_nothing(json_t *charter)
{
	charters_set(charter, "/voting/show", "\"nothing\"");
}

static void the_charter_says_what_is_shown(void **state)
{
	struct site_under_test *s = *state;
	struct folk counts = folk_new(s->realm, "counts", show_counts), nothing = folk_new(s->realm, "nothing", show_nothing);
	uint64_t a = proposed(s, &counts), b = proposed(s, &nothing);
	struct said_back p;

	assert_string_equal(folk_cast(&counts, s->realm->w, a, 0, CHOICE_YES), "");
	assert_string_equal(folk_cast(&nothing, s->realm->w, b, 0, CHOICE_YES), "");
	p = site_get(s, 200, "/v1/groups/counts/proposals/1");
	assert_int_equal(site_number(p.doc, "/yes"), 1);
	assert_null(json_object_get(p.doc, "voters"));
	said_back_free(&p);
	p = site_get(s, 200, "/v1/groups/nothing/proposals/1");
	assert_null(json_object_get(p.doc, "yes"));
	assert_null(json_object_get(p.doc, "voters"));
	assert_null(json_object_get(json_array_get(json_object_get(p.doc, "asks"), 0), "seen"));
	assert_null(strstr(p.a.body, "1 of 2"));
	said_back_free(&p);
	p = site_get(s, 200, "/g/nothing");
	assert_non_null(strstr(p.a.body, "shows no votes before the decision"));
	assert_null(strstr(p.a.body, "yes 1"));
	said_back_free(&p);
	assert_string_equal(folk_cast(&nothing, s->realm->w, b, 1, CHOICE_YES), "");
	assert_true(folk_decide(&nothing, s->realm->w, b));
	p = site_get(s, 200, "/v1/groups/nothing/proposals/1");
	assert_int_equal(site_number(p.doc, "/yes"), 2);
	said_back_free(&p);
	folk_free(&counts);
	folk_free(&nothing);
}

static void a_record_comes_with_the_decision(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "records", NULL);
	uint64_t number = proposed(s, &f);
	struct said_back b;
	char name[48];

	assert_int_equal(site_refusal(s, "GET", "/v1/groups/records/proposals/1/record", NULL, name), 409);
	assert_string_equal(name, "undecided");
	assert_string_equal(folk_cast(&f, s->realm->w, number, 0, CHOICE_NO), "");
	assert_string_equal(folk_cast(&f, s->realm->w, number, 1, CHOICE_NO), "");
	assert_true(folk_decide(&f, s->realm->w, number));
	b = site_get(s, 200, "/v1/groups/records/proposals/1/record");
	assert_string_equal(site_string(b.doc, "/kind"), "gmc-record");
	assert_int_equal(json_array_size(json_object_get(b.doc, "votes")), 2);
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/records/proposals?state=all");
	assert_string_equal(site_string(b.doc, "/proposals/0/outcome"), "no");
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/records/proposals");
	assert_int_equal(json_array_size(json_object_get(b.doc, "proposals")), 0);
	said_back_free(&b);
	folk_free(&f);
}

static void a_motion_opens_a_proposal(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "motions", NULL);
	struct motion m = folk_motion(&f, &s->realm->keys->member[2]);
	const struct sig_key *by[] = { s->realm->founders[0] };
	struct said said = said_by(s->realm->w, KIND_MOTION, motion_print(&m), by, 1);
	struct said_back b = site_post(s, "/v1/groups/motions/proposals", json_pack("{s:O}", "motion", said.doc)), p;
	char where[128], name[48];

	assert_int_equal(b.a.status, 202);
	assert_int_equal(site_number(b.doc, "/proposal"), 1);
	assert_non_null(raw_header(&b.a, "Location", where, sizeof(where)));
	p = site_get(s, 200, "%s", where);
	assert_string_equal(site_string(p.doc, "/question"), "expel");
	assert_int_equal(site_number(p.doc, "/electors"), 2); /* three members, and one of them is the subject */
	assert_string_equal(site_string(p.doc, "/name"), "Hal");
	assert_non_null(json_object_get(p.doc, "motion"));
	said_back_free(&p);
	p = site_get(s, 200, "/g/motions");
	assert_non_null(strstr(p.a.body, "Expel Hal"));
	said_back_free(&p);
	assert_int_equal(site_refusal(s, "POST", "/v1/groups/motions/proposals", "{\"motion\":1}", name), 400);
	said_back_free(&b);
	said_free(&said);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vote_gets_one_receipt),
		cmocka_unit_test(a_vote_for_something_else_is_refused),
		cmocka_unit_test(votes_at_once_are_answered_each),
		cmocka_unit_test(the_charter_says_what_is_shown),
		cmocka_unit_test(a_record_comes_with_the_decision),
		cmocka_unit_test(a_motion_opens_a_proposal),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
