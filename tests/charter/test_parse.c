/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "tests/charter/flaws.h"
#include "tests/lib/charters.h"

static void a_first_version_is_read(void **state)
{
	const struct charters *t = *state;
	struct buf payload = { 0 };
	struct err e = { 0 };
	struct digest d;
	struct charter *c;

	charters_payload(charters_first(t), &payload);
	c = charter_parse(buf_slice(&payload), &e);
	assert_non_null(c);
	digest_of("gmc-charter", buf_slice(&payload), &d);
	assert_memory_equal(&c->object.digest, &d, sizeof(d));
	assert_memory_equal(&c->object.genesis, &d, sizeof(d));
	assert_true(slice_equal(buf_slice(&c->payload), buf_slice(&payload)));
	assert_string_equal(c->group, "demo");
	assert_int_equal(c->version, 1);
	assert_true(c->effective == CHARTERS_EFFECTIVE);
	assert_int_equal(c->authority.notaries_n, 1);
	assert_true(sig_pub_equal(&c->authority.notaries[0].key, sig_key_pub(t->notary)));
	assert_int_equal(c->authority.issuing_n, 1);
	assert_int_equal(c->authority.issuing[0].alg, SIG_ED25519);
	assert_int_equal(c->authority.operators_n, 2);
	assert_string_equal(c->authority.operators[1].name, "Otto");
	assert_string_equal(c->authority.addresses[0].url, "https://charter.example");
	assert_int_equal(c->administrators.n, 4);
	assert_int_equal(c->administrators.threshold, 2);
	assert_int_equal(c->administrators.offline, 1);
	assert_null(c->administrators.keys[0].passkey.rp);
	assert_string_equal(c->administrators.keys[3].passkey.rp, "charter.example");
	assert_true(slice_equal(c->administrators.keys[3].passkey.id, slice_str("dee's passkey")));
	assert_int_equal(c->founders_n, 3);
	assert_string_equal(c->founders[2].name, "Hal");
	assert_true(slice_equal(c->founders[2].csr, buf_slice(&t->csr[2])));
	assert_memory_equal(&c->founders[1].member, &t->member[1], sizeof(t->member[1]));
	charter_free(c);
	buf_free(&payload);
}

static void a_later_version_is_read(void **state)
{
	struct charter *one = must_parse(charters_first(*state)), *two = must_parse(charters_next(*state, one));
	struct charter *three = must_parse(charters_next(*state, two));

	assert_memory_equal(&two->object.genesis, &one->object.digest, sizeof(struct digest));
	assert_memory_equal(&three->object.genesis, &one->object.digest, sizeof(struct digest));
	assert_memory_equal(&three->previous, &two->object.digest, sizeof(struct digest));
	assert_int_equal(three->version, 3);
	assert_int_equal(three->log_size, 20);
	assert_int_equal(three->log_root.b[0], 7);
	assert_int_equal(three->founders_n, 0);
	charter_free(one);
	charter_free(two);
	charter_free(three);
}

static void the_beginning_is_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/kind", "\"gmc-vote\"", "wrong_kind", "/kind" },
		{ "/format", "2", "wrong_format", "/format" },
		{ "/colour", "1", "unknown_member", "/colour" },
		{ "/group", NULL, "missing_member", "/group" },
		{ "/group", "\"Demo\"", "bad_value", "/group" },
		{ "/version", "0", "out_of_range", "/version" },
		{ "/version", "4097", "out_of_range", "/version" },
		{ "/version", "2", "missing_member", "/genesis" },
		{ "/genesis", "@/authority/issuing/0/spki", "bad_charter", "/genesis" },
		{ "/previous", "@/authority/issuing/0/spki", "bad_charter", "/previous" },
		{ "/log", "{}", "bad_charter", "/log" },
		{ "/effective", "-1", "out_of_range", "/effective" },
		{ "/effective", "253402300800", "out_of_range", "/effective" },
		{ "/purpose", "\"a\\nb\"", "bad_text", "/purpose" },
		{ "/purpose", NULL, "missing_member", "/purpose" },
		{ "/extensions", "{\"a\":{\"critical\":true,\"value\":1}}", "unknown_extension", "/extensions/a" },
		{ "/founders", NULL, "missing_member", "/founders" },
		{ "/founders", "[]", "out_of_range", "/founders" },
		{ "/founders/1/name", "\"Fay\"", "bad_charter", "/founders/1/name" },
		{ "/founders/1/name", "\"\"", "out_of_range", "/founders/1/name" },
		{ "/founders/2/member", "@/founders/0/member", "bad_charter", "/founders/2/member" },
		{ "/founders/2/member", "\"00\"", "bad_value", "/founders/2/member" },
		{ "/founders/2/csr", "@/founders/1/csr", "bad_charter", "/founders/2/csr" },
		{ "/founders/2/csr", "\"A\"", "out_of_range", "/founders/2/csr" },
		{ "/founders/2/csr", "\"A===\"", "bad_value", "/founders/2/csr" },
		{ "/founders/0/key", "1", "unknown_member", "/founders/0/key" },
	};

	REFUSE_ALL(*state, NULL, flaws);
}

static void a_later_version_is_checked(void **state)
{
	static const struct flaw flaws[] = {
		{ "/genesis", NULL, "missing_member", "/genesis" },
		{ "/previous", NULL, "missing_member", "/previous" },
		{ "/previous", "@/authority/issuing/0/spki", "bad_charter", "/previous" },
		{ "/version", "3", "bad_charter", "/previous" },
		{ "/log", NULL, "missing_member", "/log" },
		{ "/log/size", "0", "bad_charter", "/log" },
		{ "/log/root", "\"\"", "bad_value", "/log/root" },
		{ "/founders", "[]", "bad_charter", "/founders" },
		{ "/version", "1", "bad_charter", "/genesis" },
	};
	struct charter *one = must_parse(charters_first(*state));

	REFUSE_ALL(*state, one, flaws);
	charter_free(one);
}

static void load(const char *folder, const char *name, const char *ending, struct buf *out)
{
	char path[512], piece[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, ending);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("cannot open %s: run from the root of the project", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

static void must_pass(const char *folder, const char *name)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	struct charter *c;

	load(folder, name, ".json", &text);
	c = charter_parse(buf_slice(&text), &e);
	if (c == NULL)
		fail_msg("%s: %s at %s, line %u: %s", name, e.name, e.pointer, (unsigned)e.line, e.text);
	charter_free(c);
	buf_free(&text);
}

/* NAME.err: name, pointer ("-" for none), line, column. */
static void must_fail(const char *folder, const char *name)
{
	struct buf text = { 0 }, want = { 0 }, got = { 0 };
	struct err e = { 0 };

	load(folder, name, ".json", &text);
	load(folder, name, ".err", &want);
	if (charter_parse(buf_slice(&text), &e) != NULL)
		fail_msg("%s: passed", name);
	buf_printf(&got, "%s %s %u %u\n", e.name, e.pointer[0] == '\0' ? "-" : e.pointer, (unsigned)e.line, (unsigned)e.column);
	if (!slice_equal(buf_slice(&got), buf_slice(&want)))
		fail_msg("%s: got %s     want %s", name, buf_cstr(&got), buf_cstr(&want));
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
}

static void each_case(const char *folder, void (*check)(const char *folder, const char *name), int at_least)
{
	DIR *d = opendir(folder);
	struct dirent *f;
	int n = 0;

	if (d == NULL)
		fail_msg("cannot open %s: run from the root of the project", folder);
	while ((f = readdir(d)) != NULL) {
		char *ending = strstr(f->d_name, ".json");

		if (ending == NULL)
			continue;
		*ending = '\0';
		check(folder, f->d_name);
		n++;
	}
	closedir(d);
	assert_true(n >= at_least);
}

static void files_pass(void **state)
{
	(void)state;
	each_case("tests/cases/charter/valid", must_pass, 5);
}

static void files_are_refused_where_they_are_wrong(void **state)
{
	(void)state;
	each_case("tests/cases/charter/invalid", must_fail, 20);
}

static void the_size_has_an_end(void **state)
{
	struct buf payload = { 0 };
	struct err e = { 0 };

	charters_payload(charters_first(*state), &payload);
	while (payload.n < CHARTER_MAX)
		buf_add_u8(&payload, ' ');
	charter_free(charter_parse(buf_slice(&payload), &e));
	assert_true(err_ok(&e));
	buf_add_u8(&payload, ' ');
	assert_null(charter_parse(buf_slice(&payload), &e));
	assert_string_equal(e.name, "too_large");
	buf_free(&payload);
}

static void nobody_has_to_hear_why(void **state)
{
	(void)state;
	assert_null(charter_parse(slice_str("{}"), NULL));
	assert_null(charter_parse(slice_str("{\"kind\":\"gmc-charter\",\"format\":1}"), NULL));
	charter_free(NULL);
}

/* What the charter points into must not have moved while it was read. */
static void decoded_bytes_stay_where_they_are(void **state)
{
	json_t *doc = charters_first(*state);
	struct charter *c;

	for (int i = 3; i < CHARTER_FOUNDERS_MAX; i++) {
		struct buf one = { 0 };
		char place[32];

		buf_printf(&one, "{\"name\":\"founder %d\",\"csr\":\"%04d\",\"member\":\"%032d\"}", i, i, i);
		snprintf(place, sizeof(place), "/founders/%d", i);
		charters_set(doc, place, buf_cstr(&one));
		buf_free(&one);
	}
	c = must_parse(doc);
	assert_int_equal(c->founders_n, CHARTER_FOUNDERS_MAX);
	for (size_t i = 0; i < c->founders_n; i++)
		assert_true(c->founders[i].csr.p >= c->bytes.p && c->founders[i].csr.p + c->founders[i].csr.n <= c->bytes.p + c->bytes.n);
	charter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_version_is_read),
		cmocka_unit_test(a_later_version_is_read),
		cmocka_unit_test(the_beginning_is_checked),
		cmocka_unit_test(a_later_version_is_checked),
		cmocka_unit_test(files_pass),
		cmocka_unit_test(files_are_refused_where_they_are_wrong),
		cmocka_unit_test(the_size_has_an_end),
		cmocka_unit_test(nobody_has_to_hear_why),
		cmocka_unit_test(decoded_bytes_stay_where_they_are),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
