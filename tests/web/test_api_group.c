/* SPDX-License-Identifier: ISC
 * Groups, charters and drafts over HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/folk.h"
#include "tests/web/site.h"

static void a_group_tells_a_newcomer_what_it_needs(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "newcomer", NULL);
	char genesis[DIGEST_TEXT];
	struct said_back b = site_get(s, 200, "/v1/groups/newcomer");

	digest_text(&f.g.genesis, genesis);
	assert_string_equal(site_string(b.doc, "/genesis"), genesis);
	assert_string_equal(site_string(b.doc, "/state"), "open");
	assert_string_equal(site_string(b.doc, "/rule"), "at least 2 members say yes (now 2 of 3)");
	assert_string_equal(site_string(b.doc, "/asks/0"), "votes");
	assert_int_equal(site_number(b.doc, "/members"), 3);
	assert_int_equal(site_number(b.doc, "/suspended"), 0);
	assert_string_equal(site_string(b.doc, "/class"), "peer");
	assert_null(json_object_get(b.doc, "frozen_until"));
	assert_int_equal(site_number(b.doc, "/charter/version"), 1);
	assert_string_equal(site_string(b.doc, "/charter/digest"), genesis);
	assert_non_null(json_object_get(json_object_get(b.doc, "head"), "payload"));
	assert_true(json_is_array(json_object_get(b.doc, "authorities")));
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups");
	assert_true(json_array_size(json_object_get(b.doc, "groups")) >= 1);
	said_back_free(&b);
	folk_free(&f);
}

static void what_is_not_there_is_not_found(void **state)
{
	static const char *const paths[] = { "/v1/groups/nobody", "/v1/groups/here/charters/2", "/v1/groups/here/charters/0",
		"/v1/groups/here/charters/01", "/v1/groups/here/charters/99999999999", "/v1/groups/here/drafts/sha256:00",
		"/v1/groups/here/applications/x", "/v1/groups/here/proposals/1", "/v1/groups/here/proposals/-1",
		"/v1/groups/here/proposals/1/record", "/v1/groups/here/members/00000000000000000000000000000000",
		"/v1/groups/here/certificates/00000000000000000000000000000000", "/v1/groups/here/crl", "/v1/groups/here/revocations",
		"/v1/groups/here/ca", "/v1/groups/%27%20OR%201=1", "/v2" };
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "here", NULL);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct said_back b = site_get(s, 404, "%s", paths[i]);

		assert_string_equal(site_problem(&b), "not_found");
		said_back_free(&b);
	}
	folk_free(&f);
}

static void a_tag_saves_the_body(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "tagged", NULL);
	struct said_back b = site_get(s, 200, "/v1/groups/tagged"), again;
	char tag[80], header[160];

	assert_non_null(raw_header(&b.a, "ETag", tag, sizeof(tag)));
	snprintf(header, sizeof(header), "If-None-Match: %s\r\n", tag);
	again = site_ask(s, "GET", "/v1/groups/tagged", header, NULL);
	assert_int_equal(again.a.status, 304);
	assert_int_equal(again.a.body_n, 0);
	said_back_free(&again);
	/* whoever applies moves the log's head, and so the answer */
	folk_apply(&f, f.r->w, f.r->keys->operators[0]);
	again = site_ask(s, "GET", "/v1/groups/tagged", header, NULL);
	assert_int_equal(again.a.status, 200);
	said_back_free(&again);
	said_back_free(&b);
	folk_free(&f);
}

static void charters_come_as_they_were_signed(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "charters", NULL);
	struct said_back list = site_get(s, 200, "/v1/groups/charters/charters"), one = site_get(s, 200, "/v1/groups/charters/charters/1"),
			 current = site_get(s, 200, "/v1/groups/charters/charters/current");
	struct signed_charter sc;
	struct err e = { 0 };

	assert_int_equal(site_number(list.doc, "/charters/0/version"), 1);
	assert_int_equal(json_array_size(json_object_get(list.doc, "drafts")), 0);
	assert_true(json_equal(one.doc, current.doc));
	assert_true(signed_charter_parse(slice_of(one.a.body, one.a.body_n), &sc, &e));
	assert_memory_equal(&sc.charter->object.digest, &f.g.genesis, sizeof(f.g.genesis));
	assert_true(chain_approved(s->realm->keys->crypto, &sc, NULL, &e));
	signed_charter_free(&sc);
	said_back_free(&list);
	said_back_free(&one);
	said_back_free(&current);
	folk_free(&f);
}

static void a_next_charter_gathers_approvals(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "next", NULL);
	json_t *next = realm_next(s->realm, &f.g);
	struct said_back b, list;

	b = site_post(s, "/v1/groups/next/charters", realm_proposed(s->realm, json_deep_copy(next), 1));
	assert_int_equal(b.a.status, 202);
	assert_string_equal(site_string(b.doc, "/state"), "open");
	assert_int_equal(site_number(b.doc, "/approved"), 1);
	assert_int_equal(site_number(b.doc, "/needed"), 2);
	list = site_get(s, 200, "/v1/groups/next/charters");
	assert_int_equal(site_number(list.doc, "/drafts/0/approved"), 1);
	assert_int_equal(site_number(list.doc, "/drafts/0/needed"), 2);
	said_back_free(&list);
	list = site_get(s, 200, "/v1/groups/next/drafts/%s", site_string(b.doc, "/charter"));
	assert_int_equal(json_array_size(json_object_get(list.doc, "approvals")), 1);
	said_back_free(&list);
	said_back_free(&b);
	b = site_post(s, "/v1/groups/next/charters", realm_proposed(s->realm, next, 2));
	assert_int_equal(b.a.status, 202);
	assert_string_equal(site_string(b.doc, "/state"), "logged");
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/next/charters/2");
	said_back_free(&b);
	folk_free(&f);
}

static void a_charter_that_does_not_follow_is_refused(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "follows", NULL);
	json_t *next = realm_next(s->realm, &f.g);
	struct said_back b;

	json_object_set_new(next, "version", json_integer(3));
	charters_set(next, "/previous", "\"sha256:00000000000000000000000000000000000000000000000000000000000000aa\"");
	b = site_post(s, "/v1/groups/follows/charters", realm_proposed(s->realm, next, 2));
	assert_int_equal(b.a.status, 409);
	assert_string_equal(site_problem(&b), "charter_gap");
	said_back_free(&b);
	b = site_ask(s, "POST", "/v1/groups/follows/charters", NULL, "{\"charter\":\"e30\",\"approvals\":[]}");
	assert_int_equal(b.a.status, 400);
	assert_non_null(json_object_get(b.doc, "pointer"));
	said_back_free(&b);
	folk_free(&f);
}

static void trust_is_what_a_peer_pins(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "trusted", NULL);
	struct said_back b = site_get(s, 200, "/v1/groups/trusted/trust");

	assert_string_equal(site_string(b.doc, "/kind"), "gmc-trust");
	assert_string_equal(site_string(b.doc, "/group"), "trusted");
	assert_int_equal(json_array_size(json_object_get(b.doc, "charters")), 1);
	said_back_free(&b);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_tells_a_newcomer_what_it_needs),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(a_tag_saves_the_body),
		cmocka_unit_test(charters_come_as_they_were_signed),
		cmocka_unit_test(a_next_charter_gathers_approvals),
		cmocka_unit_test(a_charter_that_does_not_follow_is_refused),
		cmocka_unit_test(trust_is_what_a_peer_pins),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
