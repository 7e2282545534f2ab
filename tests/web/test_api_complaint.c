/* SPDX-License-Identifier: ISC
 * Complaints and contradictions over HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/web/site.h"
#include "voting/complaint.h"

static struct said_back sent(struct site_under_test *s, const struct complaint *x, const struct sig_key *k)
{
	struct said said = said_by(s->realm->w, KIND_COMPLAINT, complaint_print(x), &k, 1);
	struct said_back b = site_post(s, "/v1/groups/against/complaints", json_pack("{s:O}", "complaint", said.doc));

	said_free(&said);
	return b;
}

static void answers(struct said_back b, int status, const char *name)
{
	assert_int_equal(b.a.status, status);
	if (name != NULL)
		assert_string_equal(site_problem(&b), name);
	said_back_free(&b);
}

static void complaints_come_and_are_shown(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "against", NULL);
	struct complaint x = { .genesis = f.g.genesis,
		.charter = f.charter->object.digest,
		.member = s->realm->keys->member[2],
		.by = s->realm->keys->member[0],
		.iat = time_now(),
		.about = COMPLAINT_OBSERVED,
		.what = OBSERVED_UNREACHABLE,
		.when = time_now() };
	struct said_back b;
	char hex[ID16_TEXT];

	id16_text(&x.member, hex);
	answers(sent(s, &x, s->realm->founders[0]), 202, NULL);
	answers(sent(s, &x, s->realm->founders[0]), 202, NULL);
	answers(sent(s, &x, s->realm->founders[1]), 403, "wrong_key");
	x.iat += 2 * COMPLAINT_SLACK;
	answers(sent(s, &x, s->realm->founders[0]), 409, "complaint_late");

	b = site_get(s, 200, "/v1/groups/against/complaints?member=%s", hex);
	assert_int_equal(json_array_size(json_object_get(b.doc, "complaints")), 1);
	assert_string_equal(site_string(b.doc, "/complaints/0/member"), hex);
	said_back_free(&b);
	id16_text(&x.by, hex);
	b = site_get(s, 200, "/v1/groups/against/complaints?member=%s", hex);
	assert_int_equal(json_array_size(json_object_get(b.doc, "complaints")), 0);
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/against/complaints");
	assert_int_equal(json_array_size(json_object_get(b.doc, "complaints")), 1);
	said_back_free(&b);
	answers(site_get(s, 400, "/v1/groups/against/complaints?member=me"), 400, "bad_value");
	answers(site_get(s, 404, "/v1/groups/against/proposals/1/contradictions"), 404, "not_found");
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complaints_come_and_are_shown),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
