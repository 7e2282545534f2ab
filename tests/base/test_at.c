/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/at.h"

struct doc {
	json_t *v;
	struct err e;
	struct at root;
};

static void open_doc(struct doc *d, const char *text)
{
	memset(d, 0, sizeof(*d));
	d->v = json_read(slice_str(text), 100000, &d->e);
	if (d->v == NULL)
		fail_msg("%s: %s", text, d->e.text);
	d->root = at_root(d->v, &d->e);
}

/* The error that is expected, and then a clean table. */
static void refused(struct doc *d, const char *name, const char *pointer)
{
	assert_string_equal(d->e.name, name);
	assert_string_equal(d->e.pointer, pointer);
	assert_true(strlen(d->e.text) > 0);
	err_clear(&d->e);
}

static void objects_have_known_members(void **state)
{
	static const char *const names[] = { "a", "b/c", NULL };
	struct doc d;

	(void)state;
	open_doc(&d, "{\"a\":1,\"b/c\":2}");
	assert_true(at_only(&d.root, names));
	assert_false(at_only(&d.root, names + 1));
	refused(&d, "unknown_member", "/a");
	assert_false(at_only(&d.root, (const char *const[]){ "a", NULL }));
	refused(&d, "unknown_member", "/b~1c");
	assert_true(at_has(&d.root, "a"));
	assert_false(at_has(&d.root, "c"));
	json_decref(d.v);
	open_doc(&d, "[{}]");
	assert_false(at_only(&d.root, names));
	refused(&d, "wrong_type", "");
	assert_false(at_has(&d.root, "a"));
	json_decref(d.v);
}

static void hostile_names_are_not_shown(void **state)
{
	static const char *const names[] = { "a", NULL };
	struct doc d;

	(void)state;
	open_doc(&d, "{\"o\":{\"\\u001b[2J\":1}}");
	struct at o;

	assert_true(at_member(&d.root, "o", &o));
	assert_false(at_only(&o, names));
	assert_non_null(strstr(d.e.text, "known are: a"));
	refused(&d, "unknown_member", "/o");
	json_decref(d.v);
}

static void members_and_elements(void **state)
{
	struct doc d;
	struct at a, b, c;
	size_t n = 0;
	int64_t v = 0;

	(void)state;
	open_doc(&d, "{\"list\":[{\"~x\":7},null],\"nil\":null}");
	assert_true(at_member(&d.root, "list", &a));
	assert_true(at_array(&a, 2, 2, &n));
	assert_int_equal(n, 2);
	assert_true(at_element(&a, 0, &b));
	assert_true(at_int(&b, "~x", 0, 9, &v));
	assert_int_equal(v, 7);
	assert_false(at_int(&b, "~x", 8, 9, &v));
	refused(&d, "out_of_range", "/list/0/~0x");
	assert_false(at_int(&b, "y", 8, 9, &v));
	refused(&d, "missing_member", "/list/0/y");
	assert_false(at_element(&a, 2, &b));
	refused(&d, "out_of_range", "/list");
	assert_false(at_element(&d.root, 0, &b));
	refused(&d, "wrong_type", "");
	assert_false(at_array(&a, 3, 9, &n));
	refused(&d, "out_of_range", "/list");
	assert_false(at_array(&a, 0, 1, &n));
	refused(&d, "out_of_range", "/list");
	assert_false(at_array(&d.root, 0, 1, &n));
	refused(&d, "wrong_type", "");
	assert_true(at_optional(&d.root, "none", &c));
	assert_null(c.v);
	assert_true(at_optional(&d.root, "nil", &c));
	assert_non_null(c.v);
	assert_false(at_int(&c, NULL, 0, 9, &v));
	refused(&d, "wrong_type", "/nil");
	assert_false(at_optional(&a, "x", &c));
	refused(&d, "wrong_type", "/list");
	json_decref(d.v);
}

static void errors_stick(void **state)
{
	static const char *const names[] = { NULL };
	struct doc d;
	struct at a, b;
	int64_t v = 42;
	size_t n = 42;
	bool yes = true;
	const char *s = "same";

	(void)state;
	open_doc(&d, "{\"i\":1,\"s\":\"x\",\"b\":false,\"a\":[1]}");
	assert_true(at_member(&d.root, "a", &b));
	assert_false(at_member(&d.root, "first", &a));
	assert_null(a.v);
	assert_false(at_int(&a, "x", 0, 9, &v));
	assert_false(at_int(&d.root, "i", 0, 9, &v));
	assert_false(at_bool(&d.root, "b", &yes));
	assert_false(at_string(&d.root, "s", 0, 9, &s));
	assert_false(at_text(&d.root, "s", 0, 9, &s));
	assert_false(at_array(&b, 0, 9, &n));
	assert_false(at_element(&b, 0, &a));
	assert_false(at_only(&d.root, names));
	assert_false(at_has(&d.root, "i"));
	assert_false(at_refuse(&d.root, "late", "late"));
	assert_int_equal(v, 42);
	assert_int_equal(n, 42);
	assert_true(yes);
	assert_string_equal(s, "same");
	refused(&d, "missing_member", "/first");
	json_decref(d.v);
}

static void nobody_has_to_listen(void **state)
{
	json_t *v = json_object();
	struct at root = at_root(v, NULL), a;
	int64_t i;

	(void)state;
	assert_false(at_member(&root, "a", &a));
	assert_false(at_int(&a, NULL, 0, 9, &i));
	assert_false(at_int(&a, "b", 0, 9, &i));
	json_decref(v);
}

static void scalars(void **state)
{
	struct doc d;
	const char *s;
	int64_t v;
	bool yes = false;

	(void)state;
	open_doc(&d, "{\"s\":\"h\\u00e9\",\"i\":-5,\"t\":true}");
	assert_true(at_string(&d.root, "s", 3, 3, &s));
	assert_string_equal(s, "h\xc3\xa9");
	assert_false(at_string(&d.root, "s", 4, 9, &s));
	refused(&d, "out_of_range", "/s");
	assert_false(at_string(&d.root, "s", 0, 2, &s));
	refused(&d, "out_of_range", "/s");
	assert_false(at_string(&d.root, "i", 0, 9, &s));
	refused(&d, "wrong_type", "/i");
	assert_true(at_int(&d.root, "i", -5, -5, &v));
	assert_int_equal(v, -5);
	assert_false(at_int(&d.root, "i", -4, 9, &v));
	refused(&d, "out_of_range", "/i");
	assert_false(at_int(&d.root, "s", -5, 9, &v));
	refused(&d, "wrong_type", "/s");
	assert_true(at_bool(&d.root, "t", &yes));
	assert_true(yes);
	assert_false(at_bool(&d.root, "i", &yes));
	refused(&d, "wrong_type", "/i");
	json_decref(d.v);
}

static void encoded_bytes(void **state)
{
	static const char text[] =
		"{\"d\":\"sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","
		"\"id\":\"00112233445566778899aabbccddeeff\",\"b\":\"AQID\",\"pad\":\"AQ==\",\"bits\":\"AB\",\"e\":\"\",\"n\":1}";
	struct doc d;
	struct digest digest;
	struct id16 id;
	struct buf b = { 0 };
	uint8_t three[3] = { 0 };

	(void)state;
	open_doc(&d, text);
	assert_true(at_digest(&d.root, "d", &digest));
	assert_int_equal(digest.b[31], 0xff);
	assert_false(at_digest(&d.root, "id", &digest));
	refused(&d, "bad_value", "/id");
	assert_true(at_id16(&d.root, "id", &id));
	assert_int_equal(id.b[1], 0x11);
	assert_false(at_id16(&d.root, "d", &id));
	refused(&d, "bad_value", "/d");
	assert_false(at_id16(&d.root, "n", &id));
	refused(&d, "wrong_type", "/n");
	assert_true(at_base64(&d.root, "b", 0, 3, &b));
	assert_true(at_base64(&d.root, "b", 3, 9, &b));
	assert_true(slice_equal(buf_slice(&b), slice_str("\1\2\3\1\2\3")));
	assert_true(at_base64(&d.root, "e", 0, 0, &b));
	assert_false(at_base64(&d.root, "b", 0, 2, &b));
	refused(&d, "out_of_range", "/b");
	assert_false(at_base64(&d.root, "b", 4, 9, &b));
	refused(&d, "out_of_range", "/b");
	assert_false(at_base64(&d.root, "pad", 0, 9, &b));
	refused(&d, "bad_value", "/pad");
	assert_false(at_base64(&d.root, "bits", 0, 9, &b));
	refused(&d, "bad_value", "/bits");
	assert_int_equal(b.n, 6);
	buf_free(&b);
	b.failed = true;
	assert_false(at_base64(&d.root, "b", 0, 9, &b));
	refused(&d, "no_memory", "");
	assert_true(at_base64_exact(&d.root, "b", three, 3));
	assert_memory_equal(three, "\1\2\3", 3);
	assert_false(at_base64_exact(&d.root, "b", three, 2));
	refused(&d, "out_of_range", "/b");
	assert_false(at_base64_exact(&d.root, "bits", three, 1));
	refused(&d, "bad_value", "/bits");
	json_decref(d.v);
}

static void words_and_labels(void **state)
{
	static const char *const words[] = { "yes", "no", NULL };
	static const char *const bad[] = { "", "-a", "a-", "A", "a_b", "a.b", "\\u00e9", "-",
		"0123456789012345678901234567890123456789012345678901234567890123" };
	struct doc d;
	const char *s;
	int w = -1;

	(void)state;
	open_doc(&d,
		"{\"w\":\"no\",\"x\":\"maybe\",\"l\":\"a-1\",\"m\":\"012345678901234567890123456789012345678901234567890123456789012\"}");
	assert_true(at_word(&d.root, "w", words, &w));
	assert_int_equal(w, 1);
	assert_false(at_word(&d.root, "x", words, &w));
	assert_non_null(strstr(d.e.text, "yes, no"));
	refused(&d, "bad_value", "/x");
	assert_true(at_label(&d.root, "l", &s));
	assert_string_equal(s, "a-1");
	assert_true(at_label(&d.root, "m", &s));
	json_decref(d.v);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[100];

		snprintf(text, sizeof(text), "[\"%s\"]", bad[i]);
		open_doc(&d, text);
		struct at a;

		assert_true(at_element(&d.root, 0, &a));
		if (at_label(&a, NULL, &s))
			fail_msg("%s was accepted", bad[i]);
		refused(&d, strlen(bad[i]) == 0 || strlen(bad[i]) > 63 ? "out_of_range" : "bad_value", "/0");
		json_decref(d.v);
	}
}

static void text_for_people(void **state)
{
	struct doc d;
	const char *s = NULL;

	(void)state;
	open_doc(&d, "{\"ok\":\"Zo\\u00eb\",\"nl\":\"a\\nb\",\"nfd\":\"Zoe\\u0308\",\"bidi\":\"\\u202eevil\"}");
	assert_true(at_text(&d.root, "ok", 1, 4, &s));
	assert_string_equal(s, "Zo\xc3\xab");
	assert_false(at_text(&d.root, "ok", 1, 3, &s));
	refused(&d, "out_of_range", "/ok");
	assert_false(at_text(&d.root, "nl", 1, 99, &s));
	refused(&d, "bad_text", "/nl");
	assert_false(at_text(&d.root, "nfd", 1, 99, &s));
	refused(&d, "bad_text", "/nfd");
	assert_false(at_text(&d.root, "bidi", 1, 99, &s));
	refused(&d, "bad_text", "/bidi");
	json_decref(d.v);
}

/* A pointer that does not fit ends at a place that exists; it can always be looked up. */
static void long_pointers_end_early(void **state)
{
	char name[121], text[400];
	struct doc d;
	struct at a, b, c;
	uint32_t line, column;

	(void)state;
	memset(name, '/', 60);
	memset(name + 60, 'n', 60);
	name[120] = '\0';
	snprintf(text, sizeof(text), "{\"%s\":{\"%s\":{\"x\":1}}}", name, name);
	open_doc(&d, text);
	assert_true(at_member(&d.root, name, &a));
	assert_true(at_member(&a, name, &b));
	assert_true(at_member(&b, "x", &c));
	assert_false(at_refuse(&c, "bad_value", "%s", "words"));
	assert_int_equal(strlen(d.e.pointer), 1 + 2 * 60 + 60);
	assert_true(json_locate(slice_str(text), d.e.pointer, &line, &column));
	assert_int_equal(column, 125);
	json_decref(d.v);
}

static void the_deepest_place_has_a_pointer(void **state)
{
	struct doc d;
	struct at way[JSON_DEPTH_MAX + 1];
	int64_t v;

	(void)state;
	open_doc(&d, "[[[[[[[[[[[[[[[[\"x\"]]]]]]]]]]]]]]]]");
	way[0] = d.root;
	for (size_t i = 0; i < JSON_DEPTH_MAX; i++)
		assert_true(at_element(&way[i], 0, &way[i + 1]));
	assert_false(at_int(&way[JSON_DEPTH_MAX], NULL, 0, 1, &v));
	refused(&d, "wrong_type", "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0");
	json_decref(d.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_have_known_members),
		cmocka_unit_test(hostile_names_are_not_shown),
		cmocka_unit_test(members_and_elements),
		cmocka_unit_test(errors_stick),
		cmocka_unit_test(nobody_has_to_listen),
		cmocka_unit_test(scalars),
		cmocka_unit_test(encoded_bytes),
		cmocka_unit_test(words_and_labels),
		cmocka_unit_test(text_for_people),
		cmocka_unit_test(long_pointers_end_early),
		cmocka_unit_test(the_deepest_place_has_a_pointer),
	};

	return cmocka_run_group_tests_name("at", tests, NULL, NULL);
}
