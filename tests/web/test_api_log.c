/* SPDX-License-Identifier: ISC
 * The log, members, certificates and lists over HTTP; and whether the service is ready. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/digest.h"
#include "base/merkle.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/web/site.h"

enum { LOG_MAX = 64 };

/* The log's leaves, out of its entries. */
static size_t leaves_of(struct site_under_test *s, const char *group, struct digest leaves[static LOG_MAX])
{
	struct said_back b = site_get(s, 200, "/v1/groups/%s/log/entries", group);
	const json_t *list = json_object_get(b.doc, "entries"), *one;
	size_t i, n = json_array_size(list);

	assert_int_equal(site_number(b.doc, "/size"), (int64_t)n);
	assert_true(n <= LOG_MAX);
	json_array_foreach(list, i, one)
	{
		struct buf bytes = { 0 };

		assert_int_equal(site_number(one, "/index"), (int64_t)i);
		assert_true(base64url_decode(slice_str(site_string(one, "/entry")), &bytes));
		merkle_leaf(buf_slice(&bytes), &leaves[i]);
		buf_free(&bytes);
	}
	said_back_free(&b);
	return n;
}

static size_t path_of(const struct said_back *b, struct digest path[static MERKLE_PATH_MAX])
{
	const json_t *list = json_object_get(b->doc, "path"), *one;
	size_t i;

	json_array_foreach(list, i, one) assert_true(digest_parse(json_string_value(one), &path[i]));
	return json_array_size(list);
}

static void anyone_can_follow_the_log(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "followed", NULL);
	struct digest leaves[LOG_MAX], path[MERKLE_PATH_MAX], root, old;
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct said_back b, head;
	struct buf payload = { 0 };
	size_t n, m;

	folk_admit(&f, s->realm->w, k);
	n = leaves_of(s, "followed", leaves);
	merkle_root(leaves, n, &root);
	merkle_root(leaves, 3, &old);
	head = site_get(s, 200, "/v1/groups/followed/log/head");
	assert_true(base64url_decode(slice_str(site_string(head.doc, "/payload")), &payload));
	buf_add_u8(&payload, 0);
	{
		char text[DIGEST_TEXT];

		digest_text(&root, text);
		assert_non_null(strstr((const char *)payload.p, text));
	}
	for (size_t i = 0; i < n; i++) {
		b = site_get(s, 200, "/v1/groups/followed/log/inclusion?index=%zu&size=%zu", i, n);
		m = path_of(&b, path);
		assert_true(merkle_inclusion_verify(&leaves[i], i, n, path, m, &root));
		said_back_free(&b);
	}
	b = site_get(s, 200, "/v1/groups/followed/log/consistency?from=3&to=%zu", n);
	m = path_of(&b, path);
	assert_true(merkle_consistency_verify(3, n, path, m, &old, &root));
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/followed/log/entries?from=%zu&limit=1", n - 1);
	assert_int_equal(json_array_size(json_object_get(b.doc, "entries")), 1);
	said_back_free(&b);
	said_back_free(&head);
	buf_free(&payload);
	sig_key_free(k);
	folk_free(&f);
}

static void proofs_of_nothing_are_refused(void **state)
{
	static const char *const queries[] = { "inclusion?index=5&size=5", "inclusion?index=0&size=9999", "inclusion?index=0", "inclusion",
		"inclusion?index=-1&size=3", "inclusion?index=x&size=3", "consistency?from=0&to=3", "consistency?from=3&to=2",
		"consistency?from=1&to=9999", "entries?limit=257", "entries?limit=0" };
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "proofs", NULL);
	char path[128], name[48];

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		snprintf(path, sizeof(path), "/v1/groups/proofs/log/%s", queries[i]);
		if (site_refusal(s, "GET", path, NULL, name) != 400)
			fail_msg("%s: %s", queries[i], name);
	}
	folk_free(&f);
}

/* Who follows the log needs what decisions rest on. */
static void evidence_is_in_the_log(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "open-log", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct said_back b;

	folk_admit(&f, s->realm->w, k);
	b = site_get(s, 200, "/v1/groups/open-log/log/entries");
	assert_non_null(strstr(b.a.body, "\"evidence\""));
	said_back_free(&b);
	sig_key_free(k);
	folk_free(&f);
}

static void members_and_their_certificates_are_shown(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "members", NULL);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct id16 member = folk_admit(&f, s->realm->w, k);
	struct said_back b = site_get(s, 200, "/v1/groups/members/members"), one;
	char hex[ID16_TEXT], serial[ID16_TEXT];
	struct buf sql = { 0 };
	struct db *db = pg_connect(s->realm->pg->owner);

	assert_int_equal(json_array_size(json_object_get(b.doc, "members")), 4);
	assert_string_equal(site_string(b.doc, "/members/0/name"), "Fay");
	id16_text(&member, hex);
	assert_string_equal(site_string(b.doc, "/members/3/member"), hex);
	said_back_free(&b);
	one = site_get(s, 200, "/v1/groups/members/members/%s", hex);
	assert_string_equal(site_string(one.doc, "/certificates/0/state"), "intended");
	assert_true(json_is_false(json_object_get(json_array_get(json_object_get(one.doc, "certificates"), 0), "revoked")));
	snprintf(serial, sizeof(serial), "%s", site_string(one.doc, "/certificates/0/serial"));
	said_back_free(&one);
	/* an intended certificate is nobody's yet */
	one = site_get(s, 404, "/v1/groups/members/certificates/%s", serial);
	said_back_free(&one);
	buf_printf(
		&sql, "UPDATE certificates SET state = 'published', der = '\\x3000' WHERE g = %d AND serial = '\\x%s'", (int)f.g.g, serial);
	pg_do(db, buf_cstr(&sql));
	one = site_get(s, 200, "/v1/groups/members/certificates/%s", serial);
	assert_int_equal(one.a.body_n, 2);
	said_back_free(&one);
	one = site_get(s, 200, "/v1/groups/members/certificates/%s?form=pem", serial);
	assert_string_equal(one.a.body, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
	said_back_free(&one);
	db_close(db);
	buf_free(&sql);
	sig_key_free(k);
	folk_free(&f);
}

static void lists_carry_their_date_and_a_tag(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "lists", NULL);
	struct db *db = pg_connect(s->realm->pg->owner);
	struct said_back b, again;
	struct buf sql = { 0 };
	char header[80], line[120];

	buf_printf(&sql,
		"INSERT INTO lists (g, number, log_size, this, next, crl, doc) VALUES (%d, 1, 1, 784111777, 884111777, '\\x3000', '{\"payload\":\"\"}')",
		(int)f.g.g);
	pg_do(db, buf_cstr(&sql));
	b = site_get(s, 200, "/v1/groups/lists/crl");
	assert_string_equal(raw_header(&b.a, "Content-Type", header, sizeof(header)), "application/pkix-crl");
	assert_string_equal(raw_header(&b.a, "Last-Modified", header, sizeof(header)), "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_non_null(raw_header(&b.a, "ETag", header, sizeof(header)));
	snprintf(line, sizeof(line), "If-None-Match: %s\r\n", header);
	again = site_ask(s, "GET", "/v1/groups/lists/crl", line, NULL);
	assert_int_equal(again.a.status, 304);
	said_back_free(&again);
	again = site_ask(s, "GET", "/v1/groups/lists/crl", "Accept: application/x-pem-file\r\n", NULL);
	assert_string_equal(again.a.body, "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n");
	said_back_free(&again);
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/lists/revocations");
	assert_string_equal(b.a.body, "{\"payload\":\"\"}");
	said_back_free(&b);
	db_close(db);
	buf_free(&sql);
	folk_free(&f);
}

/* This site has a database and no signer. */
static void it_is_alive_and_says_what_is_away(void **state)
{
	struct site_under_test *s = *state;
	struct said_back b = site_get(s, 200, "/healthz");
	char header[16];

	assert_string_equal(b.a.body, "ok\n");
	said_back_free(&b);
	b = site_get(s, 503, "/readyz");
	assert_string_equal(site_string(b.doc, "/database"), "ok");
	assert_string_equal(site_string(b.doc, "/signer"), "signer_unavailable");
	assert_non_null(raw_header(&b.a, "Retry-After", header, sizeof(header)));
	said_back_free(&b);
	b = site_get(s, 200, "/v1/openapi.json");
	assert_string_equal(site_string(b.doc, "/openapi"), "3.1.0");
	said_back_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anyone_can_follow_the_log),
		cmocka_unit_test(proofs_of_nothing_are_refused),
		cmocka_unit_test(evidence_is_in_the_log),
		cmocka_unit_test(members_and_their_certificates_are_shown),
		cmocka_unit_test(lists_carry_their_date_and_a_tag),
		cmocka_unit_test(it_is_alive_and_says_what_is_away),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
