/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "charter/object.h"

#define G "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define HEAD "\"kind\":\"gmc-head\",\"format\":1,\"genesis\":\"" G "\""

static const char *const members[] = { "size", "root", "time", NULL };

static bool reads(const char *kind, const char *text, struct err *e)
{
	struct object o;
	struct at at;
	bool rc;

	memset(e, 0, sizeof(*e));
	rc = object_read(kind, slice_str(text), members, &o, &at, e);
	if (!rc)
		assert_null(o.doc);
	object_free(&o);
	return rc;
}

static void a_payload_is_read(void **state)
{
	static const char text[] = "{" HEAD ",\"size\":5,\"extensions\":{\"colour\":{\"critical\":false,\"value\":null}}}";
	struct digest same, identity;
	struct err e = { 0 };
	struct object o;
	struct at at;
	int64_t size;

	(void)state;
	assert_true(object_read(KIND_HEAD, slice_str(text), members, &o, &at, &e));
	assert_true(at_int(&at, "size", 0, 9, &size));
	assert_int_equal(size, 5);
	assert_true(digest_parse(G, &same));
	assert_memory_equal(&o.genesis, &same, sizeof(same));
	digest_of("gmc-head", slice_str(text), &identity);
	assert_memory_equal(&o.digest, &identity, sizeof(identity));
	object_free(&o);
	object_free(&o);
	object_free(NULL);
}

static void only_a_charter_goes_without_genesis(void **state)
{
	struct err e;

	(void)state;
	assert_true(reads(KIND_CHARTER, "{\"kind\":\"gmc-charter\",\"format\":1}", &e));
	assert_false(reads(KIND_HEAD, "{\"kind\":\"gmc-head\",\"format\":1}", &e));
	assert_string_equal(e.name, "missing_member");
	assert_string_equal(e.pointer, "/genesis");
}

static void everything_else_is_refused(void **state)
{
	static const struct {
		const char *text, *name, *pointer;
	} cases[] = {
		{ "", "bad_json", "" },
		{ "[]", "wrong_type", "" },
		{ "{\"format\":1,\"genesis\":\"" G "\"}", "missing_member", "/kind" },
		{ "{\"kind\":7,\"format\":1,\"genesis\":\"" G "\"}", "wrong_type", "/kind" },
		{ "{\"kind\":\"gmc-vote\",\"format\":1,\"genesis\":\"" G "\"}", "wrong_kind", "/kind" },
		{ "{\"kind\":\"gmc-vote\",\"format\":2,\"colour\":\"" G "\"}", "wrong_kind", "/kind" },
		{ "{\"kind\":\"gmc-head\",\"format\":2,\"genesis\":\"" G "\"}", "wrong_format", "/format" },
		{ "{\"kind\":\"gmc-head\",\"format\":\"1\",\"genesis\":\"" G "\"}", "wrong_type", "/format" },
		{ "{\"kind\":\"gmc-head\",\"format\":1,\"genesis\":\"sha256:11\"}", "bad_value", "/genesis" },
		{ "{" HEAD ",\"colour\":1}", "unknown_member", "/colour" },
		{ "{" HEAD ",\"extensions\":[]}", "wrong_type", "/extensions" },
		{ "{" HEAD ",\"extensions\":null}", "wrong_type", "/extensions" },
		{ "{" HEAD ",\"extensions\":{\"a\":1}}", "wrong_type", "/extensions/a" },
		{ "{" HEAD ",\"extensions\":{\"A\":{\"critical\":false,\"value\":1}}}", "bad_value", "/extensions/A" },
		{ "{" HEAD ",\"extensions\":{\"-a\":{\"critical\":false,\"value\":1}}}", "bad_value", "/extensions/-a" },
		{ "{" HEAD ",\"extensions\":{\"a\":{\"value\":1}}}", "missing_member", "/extensions/a/critical" },
		{ "{" HEAD ",\"extensions\":{\"a\":{\"critical\":false}}}", "missing_member", "/extensions/a/value" },
		{ "{" HEAD ",\"extensions\":{\"a\":{\"critical\":0,\"value\":1}}}", "wrong_type", "/extensions/a/critical" },
		{ "{" HEAD ",\"extensions\":{\"a\":{\"critical\":false,\"value\":1,\"more\":2}}}", "unknown_member", "/extensions/a/more" },
		{ "{" HEAD ",\"extensions\":{\"a\":{\"critical\":true,\"value\":1}}}", "unknown_extension", "/extensions/a" },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (reads(KIND_HEAD, cases[i].text, &e))
			fail_msg("passed: %s", cases[i].text);
		assert_string_equal(e.name, cases[i].name);
		assert_string_equal(e.pointer, cases[i].pointer);
	}
}

/* {"e0": ..., ..., "e<n-1>": ...} */
static bool reads_extensions(unsigned n)
{
	struct buf text = { 0 };
	struct err e;
	bool rc;

	buf_add_str(&text, "{" HEAD ",\"extensions\":{");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&text, "%s\"e%u\":{\"critical\":false,\"value\":0}", i == 0 ? "" : ",", i);
	buf_add_str(&text, "}}");
	rc = reads(KIND_HEAD, buf_cstr(&text), &e);
	if (!rc)
		assert_string_equal(e.name, "out_of_range");
	buf_free(&text);
	return rc;
}

static void sizes_have_an_end(void **state)
{
	struct buf text = { 0 };
	struct err e;

	(void)state;
	assert_true(reads_extensions(EXTENSIONS_MAX));
	assert_false(reads_extensions(EXTENSIONS_MAX + 1));
	buf_add_str(&text, "{" HEAD "}");
	while (text.n < OBJECT_MAX)
		buf_add_u8(&text, ' ');
	assert_true(reads(KIND_HEAD, buf_cstr(&text), &e));
	buf_add_u8(&text, ' ');
	assert_false(reads(KIND_HEAD, buf_cstr(&text), &e));
	assert_string_equal(e.name, "too_large");
	buf_free(&text);
}

static void no_kind_of_that_name(void **state)
{
	struct err e;

	(void)state;
	assert_false(reads("gmc-nothing", "{}", &e));
	assert_string_equal(e.name, "wrong_kind");
}

static void a_member_is_written_as_it_is_read(void **state)
{
	static const char *const all[] = { "digest", "id", "thumb", "int", "string", "bytes", "key", "tree", NULL };
	struct sig_pub key = { .alg = SIG_ED25519, .b = { 1, 2, 3 } }, key_back;
	struct digest d = { { 9 } }, genesis = { { 5 } }, d_back;
	struct buf text = { 0 }, bytes = { 0 };
	struct id16 id = { { 4 } }, id_back;
	struct err e = { 0 };
	struct object o;
	const char *s;
	uint64_t size;
	struct at at;
	int64_t v;
	json_t *doc = object_begin(KIND_RECEIPT, &genesis);

	(void)state;
	assert_true(object_set_digest(doc, "digest", &d) && object_set_id16(doc, "id", &id) && object_set_thumb(doc, "thumb", &d));
	assert_true(object_set_int(doc, "int", -7) && object_set_string(doc, "string", "words"));
	assert_true(object_set_base64(doc, "bytes", slice_str("bytes")) && object_set_key(doc, "key", &key));
	assert_true(object_set_tree(doc, "tree", 12, &d));
	assert_true(json_write(doc, &text, &e));
	json_decref(doc);
	assert_true(object_read(KIND_RECEIPT, buf_slice(&text), all, &o, &at, &e));
	assert_memory_equal(&o.genesis, &genesis, sizeof(genesis));
	assert_true(at_digest(&at, "digest", &d_back) && digest_compare(&d, &d_back) == 0);
	assert_true(at_id16(&at, "id", &id_back) && id16_compare(&id, &id_back) == 0);
	assert_true(at_thumb(&at, "thumb", &d_back) && digest_compare(&d, &d_back) == 0);
	assert_true(at_int(&at, "int", -10, 0, &v) && v == -7);
	assert_true(at_string(&at, "string", 1, 9, &s) && strcmp(s, "words") == 0);
	assert_true(at_base64(&at, "bytes", 1, 9, &bytes) && slice_equal(buf_slice(&bytes), slice_str("bytes")));
	assert_true(at_key(&at, "key", &key_back) && sig_pub_equal(&key, &key_back));
	assert_true(at_tree(&at, "tree", &size, &d_back) && size == 12 && digest_compare(&d, &d_back) == 0);
	assert_true(err_ok(&e));
	object_free(&o);
	buf_free(&text);
	buf_free(&bytes);
}

static void nothing_is_set_in_nothing(void **state)
{
	struct digest d = { { 1 } };
	json_t *o = json_object();

	(void)state;
	assert_false(object_set_digest(NULL, "a", &d));
	assert_false(object_set_int(NULL, "a", 1));
	assert_false(object_set_tree(NULL, "a", 1, &d));
	assert_false(object_set_base64(NULL, "a", slice_str("x")));
	/* A size that no reader would take. */
	assert_false(object_set_tree(o, "a", UINT64_MAX, &d));
	assert_int_equal(json_object_size(o), 0);
	json_decref(o);
}

static void a_tree_is_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "{\"tree\":{\"size\":-1,\"root\":\"" G "\"}}", "out_of_range" },
		{ "{\"tree\":{\"size\":1}}", "missing_member" },
		{ "{\"tree\":{\"size\":1,\"root\":\"" G "\",\"time\":1}}", "unknown_member" },
		{ "{\"tree\":[]}", "wrong_type" },
		{ "{}", "missing_member" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = { 0 };
		json_t *doc = json_read(slice_str(cases[i][0]), 1000, &e);
		struct at root = at_root(doc, &e);
		struct digest d;
		uint64_t size;

		assert_false(at_tree(&root, "tree", &size, &d));
		assert_string_equal(e.name, cases[i][1]);
		json_decref(doc);
	}
}

static json_t *signed_head(struct crypto *c, const struct sig_key *k, struct err *e)
{
	struct digest genesis = { { 5 } };
	json_t *o = object_begin(KIND_HEAD, &genesis);

	assert_true(object_set_int(o, "size", 3));
	return object_sign(c, KIND_HEAD, o, k, e);
}

static void a_signed_object_is_opened_as_what_it_is(void **state)
{
	struct err e = { 0 };
	struct crypto *c = crypto_new(&e);
	struct sig_key *k = sig_key_generate(SIG_ED25519, &e);
	json_t *doc = json_pack("{s:o}", "head", signed_head(c, k, &e));
	struct at root = at_root(doc, &e), at;
	struct object o;
	struct jws j;

	(void)state;
	assert_true(at_jws(&root, "head", &j));
	assert_true(jws_verify(c, &j, 0, sig_key_pub(k), &e));
	assert_true(object_open(KIND_HEAD, &j, members, &o, &at, &e));
	object_free(&o);
	assert_false(object_open(KIND_VOTE, &j, members, &o, &at, &e));
	assert_string_equal(e.name, "wrong_typ");
	assert_null(o.doc);
	jws_free(&j);
	err_clear(&e);
	assert_false(at_jws(&root, "tail", &j));
	assert_string_equal(e.name, "missing_member");
	jws_free(&j);
	json_decref(doc);
	sig_key_free(k);
	crypto_free(c);
}

static void no_object_is_signed_that_nobody_could_read(void **state)
{
	struct err e = { 0 };
	struct crypto *c = crypto_new(&e);
	struct sig_key *k = sig_key_generate(SIG_ED25519, &e);
	static char words[OBJECT_MAX + 1];
	json_t *o = object_begin(KIND_HEAD, NULL);

	(void)state;
	memset(words, 'x', OBJECT_MAX);
	assert_true(object_set_string(o, "words", words));
	assert_null(object_sign(c, KIND_HEAD, o, k, &e));
	assert_string_equal(e.name, "too_large");
	err_clear(&e);
	assert_null(object_sign(c, "gmc-nothing", json_object(), k, &e));
	assert_string_equal(e.name, "wrong_kind");
	err_clear(&e);
	assert_null(object_sign(c, KIND_HEAD, NULL, k, &e));
	assert_string_equal(e.name, "no_memory");
	sig_key_free(k);
	crypto_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payload_is_read),
		cmocka_unit_test(only_a_charter_goes_without_genesis),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(sizes_have_an_end),
		cmocka_unit_test(no_kind_of_that_name),
		cmocka_unit_test(a_member_is_written_as_it_is_read),
		cmocka_unit_test(nothing_is_set_in_nothing),
		cmocka_unit_test(a_tree_is_refused),
		cmocka_unit_test(a_signed_object_is_opened_as_what_it_is),
		cmocka_unit_test(no_object_is_signed_that_nobody_could_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
