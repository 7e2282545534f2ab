/* SPDX-License-Identifier: ISC
 * The table of what may be asked. What is refused, and why, is in test_custody.c and test_liar*.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "authority/signing.h"
#include "base/time.h"
#include "peer/cert.h"
#include "tests/authority/scratch.h"
#include "tests/lib/liar.h"

struct desk {
	char dir[SCRATCH_MAX];
	struct log log;
	FILE *sink;
	struct signing *s;
};

static int make(void **state)
{
	static struct desk d;
	struct err e = { 0 };

	memset(&d, 0, sizeof(d));
	scratch_make(d.dir);
	d.sink = fopen("/dev/null", "we");
	d.log = (struct log){ .to = d.sink, .program = "test", .level = LOG_INFO };
	d.s = signing_open(d.dir, "x", &d.log, &e);
	assert_non_null(d.s);
	*state = &d;
	return 0;
}

static int clean(void **state)
{
	struct desk *d = *state;

	signing_close(d->s);
	fclose(d->sink);
	scratch_remove(d->dir);
	return 0;
}

/* The answer to a document, which is taken. */
static json_t *ask(struct desk *d, json_t *request)
{
	struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };
	json_t *answer;

	assert_true(json_write(request, &in, NULL));
	json_decref(request);
	assert_true(signing_answer(d->s, buf_slice(&in), &out));
	answer = json_read(buf_slice(&out), 1 << 24, &e);
	assert_non_null(answer);
	buf_free(&in);
	buf_free(&out);
	return answer;
}

static json_t *about(const char *op, const struct world *w)
{
	json_t *o = json_pack("{s:s}", "op", op);

	assert_true(object_set_digest(o, "genesis", &w->genesis));
	if (strcmp(op, "hello") == 0)
		assert_true(object_set_int(o, "v", 1));
	return o;
}

static json_t *good(struct desk *d, json_t *request)
{
	json_t *answer = ask(d, request);

	if (!json_is_true(json_object_get(answer, "ok")))
		fail_msg("%s", json_string_value(json_object_get(answer, "text")));
	return answer;
}

static void refused(struct desk *d, json_t *request, const char *name)
{
	json_t *answer = ask(d, request);

	assert_true(json_is_false(json_object_get(answer, "ok")));
	assert_string_equal(json_string_value(json_object_get(answer, "error")), name);
	json_decref(answer);
}

static struct world *world_of(struct desk *d)
{
	json_t *answer = good(d, json_pack("{s:s,s:s}", "op", "create", "alg", "P-256"));
	struct err e = { 0 };
	struct at at = at_root(answer, &e);
	struct sig_pub issuing, revocation;
	struct digest spki, got;
	struct world *w;

	assert_true(at_key(&at, "issuing", &issuing) && at_key(&at, "revocation", &revocation) && at_digest(&at, "spki", &spki));
	assert_true(profile_spki_digest(&issuing, &got));
	assert_memory_equal(&got, &spki, sizeof(got));
	w = world_begin(&(struct world_start){ .issuing = &issuing, .revocation = &revocation, .now = time_now() - 60 });
	json_decref(answer);
	return w;
}

static json_t *extension(const struct world *w, size_t from)
{
	json_t *o = about("extend", w);

	json_object_set_new(o, "from", json_integer((json_int_t)from));
	json_object_set_new(o, "items", liar_items(w, from, w->log_n));
	return o;
}

static size_t groups(const struct desk *d)
{
	char path[SCRATCH_MAX];
	struct dirent *f;
	size_t n = 0;
	DIR *dir;

	scratch_path(d->dir, "groups", path);
	dir = opendir(path);
	assert_non_null(dir);
	while ((f = readdir(dir)) != NULL)
		n += f->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void a_group_from_keys_to_lists(void **state)
{
	struct desk *d = *state;
	struct world *w = world_of(d);
	char cause_text[DIGEST_TEXT];
	struct digest cause;
	json_t *answer, *request;

	answer = good(d, extension(w, 0));
	assert_int_equal(json_integer_value(json_object_get(answer, "size")), w->log_n);
	json_decref(answer);
	answer = good(d, about("hello", w));
	assert_int_equal(json_integer_value(json_object_get(answer, "size")), w->log_n);
	json_decref(answer);
	request = about("certify", w);
	profile_founder_cause(&w->genesis, &w->members[1].member, &cause);
	digest_text(&cause, cause_text);
	json_object_set_new(request, "causes", json_pack("[s,s]", cause_text, cause_text)); /* twice: the same, twice */
	answer = good(d, request);
	request = json_object_get(answer, "certificates");
	assert_int_equal(json_array_size(request), 2);
	assert_string_equal(json_string_value(json_array_get(request, 0)), json_string_value(json_array_get(request, 1)));
	json_decref(answer);
	answer = good(d, about("authority", w));
	assert_int_equal(json_array_size(json_object_get(answer, "certificates")), 1);
	json_decref(answer);
	answer = good(d, about("lists", w));
	assert_non_null(json_object_get(answer, "crl"));
	assert_non_null(json_object_get(answer, "revocations"));
	assert_int_equal(json_integer_value(json_object_get(answer, "number")), 1);
	json_decref(answer);
	assert_int_equal(groups(d), 1);
	world_free(w);
}

static void both_ends_speak_one_version(void **state)
{
	struct desk *d = *state;
	struct world *w = world_of(d);
	json_t *request = about("hello", w), *answer = good(d, about("hello", w));

	assert_int_equal(json_integer_value(json_object_get(answer, "v")), 1);
	assert_int_equal(json_integer_value(json_object_get(answer, "epoch")), 0);
	json_decref(answer);
	json_object_del(request, "v");
	refused(d, request, "missing_member");
	request = about("hello", w);
	json_object_set_new(request, "v", json_integer(2));
	refused(d, request, "wrong_version");
	json_decref(good(d, extension(w, 0)));
	answer = good(d, about("hello", w));
	assert_true(json_integer_value(json_object_get(answer, "epoch")) > 0);
	json_decref(answer);
	world_free(w);
}

static json_t *named(const struct world *w, const struct sig_pub *key)
{
	json_t *o = about("issuers", w);
	char text[DIGEST_TEXT];
	struct digest spki;

	assert_true(profile_spki_digest(key, &spki));
	digest_text(&spki, text);
	json_object_set_new(o, "issuing", json_pack("[s]", text));
	return o;
}

static void who_may_name_a_key(void **state)
{
	struct desk *d = *state;
	struct world *w = world_of(d), *other = world_of(d);
	struct sig_pub unknown = w->issuer.key;

	unknown.b[0] ^= 1;
	refused(d, named(w, &unknown), "issuer_unknown");
	json_decref(good(d, named(w, &w->issuer.key)));
	json_decref(good(d, named(other, &w->issuer.key))); /* nobody's yet, and asking does not change that */
	assert_int_equal(groups(d), 0);
	json_decref(good(d, extension(w, 0)));
	json_decref(good(d, named(w, &w->issuer.key)));
	refused(d, named(other, &w->issuer.key), "key_bound");
	world_free(other);
	world_free(w);
}

static void asking_leaves_nothing_behind(void **state)
{
	struct desk *d = *state;
	struct world *w = world_of(d);
	json_t *answer = good(d, about("hello", w)), *request;

	assert_int_equal(json_integer_value(json_object_get(answer, "size")), 0);
	json_decref(answer);
	answer = good(d, about("authority", w));
	assert_int_equal(json_array_size(json_object_get(answer, "certificates")), 0);
	json_decref(answer);
	refused(d, about("lists", w), "issuer_unknown");
	request = extension(w, 0);
	json_array_remove(json_object_get(request, "items"), 1);
	refused(d, request, "log_index");
	assert_int_equal(groups(d), 0);
	world_free(w);
}

static void who_is_behind_is_told_the_size(void **state)
{
	struct desk *d = *state;
	struct world *w = world_of(d);
	json_t *answer;

	json_decref(good(d, extension(w, 0)));
	answer = about("extend", w);
	json_object_set_new(answer, "from", json_integer(100));
	json_object_set_new(answer, "items", json_array());
	answer = ask(d, answer);
	assert_string_equal(json_string_value(json_object_get(answer, "error")), "behind");
	assert_int_equal(json_integer_value(json_object_get(answer, "size")), w->log_n);
	json_decref(answer);
	world_free(w);
}

static void a_rebuilding_needs_its_file(void **state)
{
	struct desk *d = *state;
	char path[SCRATCH_MAX];
	struct err e = { 0 };

	scratch_path(d->dir, "none", path);
	assert_false(signing_rebuild(d->s, path, &e));
	assert_string_equal(e.name, "file_unreadable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_group_from_keys_to_lists, make, clean),
		cmocka_unit_test_setup_teardown(both_ends_speak_one_version, make, clean),
		cmocka_unit_test_setup_teardown(who_may_name_a_key, make, clean),
		cmocka_unit_test_setup_teardown(asking_leaves_nothing_behind, make, clean),
		cmocka_unit_test_setup_teardown(who_is_behind_is_told_the_size, make, clean),
		cmocka_unit_test_setup_teardown(a_rebuilding_needs_its_file, make, clean),
	};

	return cmocka_run_group_tests_name("signing", tests, NULL, NULL);
}
