/* SPDX-License-Identifier: ISC
 * Vouches and challenges over HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk_evidence.h"
#include "tests/web/site.h"

static void by_both(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"vouches\":{\"count\":1}},{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
	charters_set(charter, "/voting/human", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/tests", "[]");
}

static struct said_back sent(
	struct site_under_test *s, const char *path, const char *kind, json_t *payload, const char *name, const struct sig_key *k)
{
	struct said said = said_by(s->realm->w, kind, payload, &k, 1);
	struct said_back b = site_post(s, path, json_pack("{s:O}", name, said.doc));

	said_free(&said);
	return b;
}

static void answers(struct said_back b, int status, const char *name)
{
	if (b.a.status != status || (name != NULL && strcmp(site_problem(&b), name) != 0))
		fail_msg("%d %s, not %d %s", b.a.status, site_problem(&b), status, name == NULL ? "" : name);
	if (name == NULL)
		assert_non_null(json_object_get(json_object_get(b.doc, "receipt"), "payload"));
	said_back_free(&b);
}

static void vouches_and_challenges_come_and_are_shown(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "both", by_both);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct digest d = folk_apply(&f, s->realm->w, k), other = d, p;
	struct vouch v = folk_vouch(&f, &d, &s->realm->keys->member[0]);
	struct challenge c = folk_challenge(&f, &d, k);
	char digest[DIGEST_TEXT], vouches[160], challenges[160], elsewhere[160];
	struct said_back b;

	digest_text(&d, digest);
	snprintf(vouches, sizeof(vouches), "/v1/groups/both/applications/%s/vouches", digest);
	snprintf(challenges, sizeof(challenges), "/v1/groups/both/applications/%s/challenges", digest);
	other.b[0] ^= 1;
	digest_text(&other, digest);
	snprintf(elsewhere, sizeof(elsewhere), "/v1/groups/both/applications/%s/vouches", digest);

	answers(sent(s, elsewhere, KIND_VOUCH, vouch_print(&v), "vouch", s->realm->founders[0]), 403, "wrong_context");
	answers(sent(s, vouches, KIND_VOUCH, vouch_print(&v), "vouch", s->realm->founders[0]), 202, NULL);
	v.iat++;
	answers(sent(s, vouches, KIND_VOUCH, vouch_print(&v), "vouch", s->realm->founders[0]), 409, "replayed");
	answers(sent(s, challenges, KIND_CHALLENGE, challenge_print(&c), "challenge", k), 403, "not_by_notary");
	p = folk_proposal(&f, 1);
	c = folk_challenge(&f, &p, s->realm->founders[0]);
	answers(sent(s, challenges, KIND_CHALLENGE, challenge_print(&c), "challenge", s->realm->a.notary), 403, "wrong_context");
	answers(sent(s, "/v1/groups/both/proposals/1/challenges", KIND_CHALLENGE, challenge_print(&c), "challenge", s->realm->a.notary),
		202, NULL);
	c = folk_challenge(&f, &d, k);
	answers(sent(s, challenges, KIND_CHALLENGE, challenge_print(&c), "challenge", s->realm->a.notary), 202, NULL);

	b = site_get(s, 200, "%s", vouches);
	assert_int_equal(json_array_size(json_object_get(b.doc, "vouches")), 1);
	assert_int_equal(site_number(b.doc, "/vouches/0/live"), 1);
	said_back_free(&b);
	b = site_get(s, 200, "%s", challenges);
	assert_string_equal(site_string(b.doc, "/challenges/0/met/captcha"), "graphic");
	said_back_free(&b);
	b = site_get(s, 404, "%s", elsewhere);
	said_back_free(&b);
	b = site_get(s, 200, "/v1/groups/both/proposals/1");
	assert_true(json_is_true(json_object_get(json_array_get(json_object_get(b.doc, "asks"), 0), "met")));
	assert_true(json_is_true(json_object_get(json_array_get(json_object_get(b.doc, "asks"), 1), "met")));
	said_back_free(&b);
	assert_true(folk_decide(&f, s->realm->w, 1));
	folk_audited(&f, 1);
	sig_key_free(k);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vouches_and_challenges_come_and_are_shown),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
