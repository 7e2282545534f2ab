/* SPDX-License-Identifier: ISC
 * Applications over HTTP: what is taken, what is refused, where one stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/web/site.h"

static json_t *body_of(struct folk *f, const struct application *a, const struct sig_key *k)
{
	struct said said = folk_sign_application(f->r->w, a, k);
	json_t *body = json_pack("{s:O}", "application", said.doc);

	said_free(&said);
	return body;
}

static struct said_back apply(struct site_under_test *s, struct folk *f, const struct application *a, const struct sig_key *k)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1/groups/%s/applications", f->g.name);
	return site_post(s, path, body_of(f, a, k));
}

/* What background work does next: puts the application of an answer to the group. */
static void put_to_the_group(struct site_under_test *s, struct folk *f, const struct said_back *b)
{
	struct digest application;
	struct err e = { 0 };

	assert_true(digest_parse(site_string(b->doc, "/application"), &application));
	assert_true(act_open(s->realm->w, f->g.g, &application, &e));
}

static void applying_gets_a_receipt_and_an_address(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "receipts", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	json_t *body = body_of(&f, &a, k);
	struct said_back b = site_post(s, "/v1/groups/receipts/applications", json_incref(body)), again, at;
	char where[160], header[32];

	assert_int_equal(b.a.status, 202);
	assert_non_null(json_object_get(json_object_get(b.doc, "receipt"), "signature"));
	assert_non_null(raw_header(&b.a, "Retry-After", header, sizeof(header)));
	assert_non_null(raw_header(&b.a, "Location", where, sizeof(where)));
	again = site_post(s, "/v1/groups/receipts/applications", body);
	assert_int_equal(again.a.status, 202);
	assert_true(json_equal(again.doc, b.doc));
	said_back_free(&again);
	at = site_get(s, 200, "%s", where);
	assert_string_equal(site_string(at.doc, "/state"), "received");
	assert_int_equal(site_number(at.doc, "/asks/0/needed"), 2);
	said_back_free(&at);
	put_to_the_group(s, &f, &b);
	at = site_get(s, 200, "%s", where);
	assert_string_equal(site_string(at.doc, "/application"), site_string(b.doc, "/application"));
	assert_string_equal(site_string(at.doc, "/state"), "proposed");
	assert_int_equal(site_number(at.doc, "/proposal/electors"), 3);
	assert_string_equal(site_string(at.doc, "/asks/0/what"), "votes");
	assert_int_equal(site_number(at.doc, "/asks/0/needed"), 2);
	assert_int_equal(site_number(at.doc, "/asks/0/seen"), 0);
	assert_string_equal(site_string(at.doc, "/asks/0/missing"), "0 of 2 say yes; 2 more yes are needed");
	assert_non_null(raw_header(&at.a, "Retry-After", header, sizeof(header)));
	said_back_free(&at);
	at = site_get(s, 200, "/v1/groups/receipts/applications?state=proposed");
	assert_int_equal(json_array_size(json_object_get(at.doc, "applications")), 1);
	said_back_free(&at);
	said_back_free(&b);
	sig_key_free(k);
	folk_free(&f);
}

static void who_is_admitted_sees_it(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "admitted", NULL);
	struct sig_key *k = envelope_key(SIG_P256);
	struct application a = folk_application(&f, f.r->w, k);
	struct said_back b = apply(s, &f, &a, k), at;

	assert_int_equal(b.a.status, 202);
	put_to_the_group(s, &f, &b);
	assert_string_equal(folk_cast(&f, f.r->w, 1, 0, CHOICE_YES), "");
	at = site_get(s, 200, "/v1/groups/admitted/applications/%s", site_string(b.doc, "/application"));
	assert_int_equal(site_number(at.doc, "/asks/0/seen"), 1);
	said_back_free(&at);
	assert_string_equal(folk_cast(&f, f.r->w, 1, 1, CHOICE_YES), "");
	assert_true(folk_decide(&f, f.r->w, 1));
	at = site_get(s, 200, "/v1/groups/admitted/applications/%s", site_string(b.doc, "/application"));
	assert_string_equal(site_string(at.doc, "/state"), "issuing");
	assert_string_equal(site_string(at.doc, "/proposal/outcome"), "yes");
	assert_true(json_is_true(json_object_get(json_array_get(json_object_get(at.doc, "asks"), 0), "met")));
	assert_int_equal(strlen(site_string(at.doc, "/member")), 32);
	assert_null(json_object_get(at.doc, "certificate"));
	said_back_free(&at);
	said_back_free(&b);
	sig_key_free(k);
	folk_free(&f);
}

static void what_is_badly_formed_is_refused_by_name(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *name;
	} cases[] = {
		{ "{", 400, "bad_json" },
		{ "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", 400, "too_deep" },
		{ "{\"application\":{},\"application\":{}}", 400, "bad_json" },
		{ "{}", 400, "missing_member" },
		{ "{\"application\":{},\"more\":1}", 400, "unknown_member" },
		{ "{\"application\":7}", 400, "bad_jws" },
		{ "{\"application\":{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"AA\"}}", 400, "bad_jws" },
	};
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "formed", NULL);
	char name[48];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = site_refusal(s, "POST", "/v1/groups/formed/applications", cases[i].body, name);

		if (status != cases[i].status || strcmp(name, cases[i].name) != 0)
			fail_msg("%s: %d %s", cases[i].body, status, name);
	}
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), 0);
	folk_free(&f);
}

static void bodies_have_a_size_and_a_type(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "bodies", NULL);
	char *large = malloc(API_BODY_MAX + 16), name[48];
	struct said_back b;

	assert_non_null(large);
	memset(large, ' ', API_BODY_MAX + 15);
	large[API_BODY_MAX + 15] = '\0';
	assert_int_equal(site_refusal(s, "POST", "/v1/groups/bodies/applications", large, name), 413);
	assert_string_equal(name, "too_large");
	b = site_ask(s, "POST", "/v1/groups/bodies/applications", "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", NULL);
	assert_int_equal(b.a.status, 415);
	said_back_free(&b);
	assert_int_equal(site_refusal(s, "PUT", "/v1/groups/bodies/applications", "{}", name), 405);
	free(large);
	folk_free(&f);
}

static void what_does_not_belong_here_is_refused(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "belongs", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k), wrong = a;
	struct said_back b;

	wrong.genesis.b[3] ^= 1;
	b = apply(s, &f, &wrong, k);
	assert_int_equal(b.a.status, 403);
	assert_string_equal(site_problem(&b), "wrong_context");
	said_back_free(&b);
	b = apply(s, &f, &a, other);
	assert_int_equal(b.a.status, 403);
	assert_string_equal(site_problem(&b), "wrong_key");
	said_back_free(&b);
	wrong = folk_application(&f, f.r->w, f.r->founders[0]);
	b = apply(s, &f, &wrong, f.r->founders[0]);
	assert_int_equal(b.a.status, 409);
	assert_string_equal(site_problem(&b), "key_in_use");
	said_back_free(&b);
	wrong = a;
	wrong.csr[wrong.csr_n - 1] ^= 1;
	b = apply(s, &f, &wrong, k);
	assert_int_equal(b.a.status, 422);
	assert_string_equal(site_problem(&b), "bad_csr");
	said_back_free(&b);
	assert_int_equal(folk_number(&f, "SELECT count(*) FROM applications WHERE g = %d"), 0);
	sig_key_free(k);
	sig_key_free(other);
	folk_free(&f);
}

static void a_statement_must_be_the_one_that_was_signed(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "statements", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, f.r->w, k);
	const uint8_t salt[16] = { 1 };
	struct said_back b, at;
	json_t *body;

	text_digest(salt, slice_str("I know Fay."), &a.statement);
	a.has_statement = true;
	body = body_of(&f, &a, k);
	json_object_set_new(body, "statement", json_pack("{s:s,s:s}", "text", "I know Gus.", "salt", "AQAAAAAAAAAAAAAAAAAAAA"));
	b = site_post(s, "/v1/groups/statements/applications", json_incref(body));
	assert_int_equal(b.a.status, 400);
	assert_string_equal(site_problem(&b), "text_differs");
	said_back_free(&b);
	json_object_set_new(json_object_get(body, "statement"), "text", json_string("I know Fay."));
	b = site_post(s, "/v1/groups/statements/applications", body);
	assert_int_equal(b.a.status, 202);
	put_to_the_group(s, &f, &b);
	at = site_get(s, 200, "/v1/groups/statements/proposals/1");
	assert_string_equal(site_string(at.doc, "/statement/text"), "I know Fay.");
	said_back_free(&at);
	said_back_free(&b);
	sig_key_free(k);
	folk_free(&f);
}

static void lists_come_in_pages(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "pages", NULL);
	struct said_back b;
	char name[48];

	for (int i = 0; i < 3; i++) {
		struct sig_key *k = envelope_key(SIG_ED25519);

		folk_propose(&f, f.r->w, k);
		sig_key_free(k);
	}
	b = site_get(s, 200, "/v1/groups/pages/applications?limit=2");
	assert_int_equal(json_array_size(json_object_get(b.doc, "applications")), 2);
	assert_int_equal(site_number(b.doc, "/next"), 2);
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/pages/applications?limit=2&after=2");
	assert_int_equal(json_array_size(json_object_get(b.doc, "applications")), 1);
	assert_null(json_object_get(b.doc, "next"));
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/pages/proposals?limit=1&after=1");
	assert_int_equal(site_number(b.doc, "/proposals/0/number"), 2);
	assert_int_equal(site_number(b.doc, "/next"), 2);
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/pages/members?limit=2");
	assert_int_equal(json_array_size(json_object_get(b.doc, "members")), 2);
	said_back_free(&b);
	assert_int_equal(site_refusal(s, "GET", "/v1/groups/pages/members?limit=0", NULL, name), 400);
	assert_string_equal(name, "bad_value");
	assert_int_equal(site_refusal(s, "GET", "/v1/groups/pages/applications?state=lost", NULL, name), 400);
	folk_free(&f);
}

static void a_word_is_about_what_its_address_says(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "words", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest application = folk_apply(&f, f.r->w, k), other = application;
	struct operator_word word = folk_word(&f, &application, true);
	const struct sig_key *by[] = { f.r->keys->operators[0] };
	struct said said = said_by(f.r->w, KIND_OPERATOR, operator_print(&word), by, 1);
	char text[DIGEST_TEXT], path[200];
	struct said_back b;

	other.b[0] ^= 1;
	digest_text(&other, text);
	snprintf(path, sizeof(path), "/v1/groups/words/applications/%s/words", text);
	b = site_post(s, path, json_pack("{s:O}", "word", said.doc));
	assert_int_equal(b.a.status, 403);
	assert_string_equal(site_problem(&b), "wrong_context");
	said_back_free(&b);
	digest_text(&application, text);
	snprintf(path, sizeof(path), "/v1/groups/words/applications/%s/words", text);
	b = site_post(s, path, json_pack("{s:O}", "word", said.doc));
	assert_int_equal(b.a.status, 202);
	assert_non_null(json_object_get(b.doc, "receipt"));
	said_back_free(&b);
	said_free(&said);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applying_gets_a_receipt_and_an_address),
		cmocka_unit_test(who_is_admitted_sees_it),
		cmocka_unit_test(what_is_badly_formed_is_refused_by_name),
		cmocka_unit_test(bodies_have_a_size_and_a_type),
		cmocka_unit_test(what_does_not_belong_here_is_refused),
		cmocka_unit_test(a_statement_must_be_the_one_that_was_signed),
		cmocka_unit_test(lists_come_in_pages),
		cmocka_unit_test(a_word_is_about_what_its_address_says),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
