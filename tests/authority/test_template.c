/* SPDX-License-Identifier: ISC
 * Charters out of templates: each is valid, served, and says what its help says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "authority/template.h"
#include "charter/decide.h"
#include "charter/lint.h"
#include "peer/csr.h"
#include "tests/lib/envelopes.h"

#define NOW INT64_C(1800000000)

static void fill(struct template_input *in, struct crypto *k, const char *name, size_t founders, size_t administrators)
{
	struct err e = { 0 };

	memset(in, 0, sizeof(*in));
	in->template = name;
	in->group = "tried";
	in->purpose = "To try templates.";
	in->url = "http://127.0.0.1:8080";
	in->overlay = "tried.overlay";
	in->now = NOW;
	in->term = in->life = 604800;
	for (size_t i = 0; i < 3 + founders + administrators; i++) {
		struct sig_key *key = sig_key_generate(i % 2 == 0 ? SIG_ED25519 : SIG_P256, &e);
		const struct sig_pub *pub = sig_key_pub(key);
		size_t n = i - 3;

		if (i < 3)
			*(struct sig_pub *[]){ &in->notary, &in->issuing, &in->revocation }[i] = *pub;
		else if (n < founders) {
			snprintf(in->founders[n].name, sizeof(in->founders[n].name), "founder %zu", n);
			assert_true(csr_make(k, key, NULL, &in->founders[n].csr, &e));
			in->founders_n = n + 1;
		} else {
			n -= founders;
			snprintf(in->administrators[n].name, sizeof(in->administrators[n].name), "administrator %zu", n);
			in->administrators[n].key = *pub;
			in->administrators_n = n + 1;
		}
		sig_key_free(key);
	}
}

static struct charter *charter_of(struct template_input *in)
{
	struct buf payload = { 0 };
	struct err e = { 0 };
	json_t *doc = template_charter(in, &e);
	struct charter *c;

	assert_non_null(doc);
	assert_true(json_write(doc, &payload, &e));
	json_decref(doc);
	c = charter_parse(buf_slice(&payload), &e);
	if (c == NULL)
		fail_msg("%s: %s at %s", e.name, e.text, e.pointer);
	buf_free(&payload);
	for (size_t i = 0; i < in->founders_n; i++)
		buf_free(&in->founders[i].csr);
	return c;
}

static void test_each_template_is_a_charter(void **state)
{
	struct template_input *in = malloc(sizeof(*in));
	struct crypto *k = envelope_crypto();

	(void)state;
	for (size_t t = 0; template_at(t) != NULL; t++)
		for (size_t n = 1; n <= 3; n++) {
			struct lint found[LINT_MAX];
			struct err e = { 0 };
			struct charter *c;
			size_t lints;

			fill(in, k, template_at(t)->name, n, n);
			c = charter_of(in);
			assert_true(charter_supported(c, &e));
			assert_true(charter_run_tests(c, &e));
			assert_int_equal(c->version, 1);
			assert_int_equal(c->founders_n, n);
			assert_int_equal(c->administrators.threshold, n / 2 + 1);
			assert_non_null(charter_notary(c, &c->authority.notaries[0].thumb, NOW));
			/* with fewer, nobody can be expelled yet, and lint says so */
			lints = n == 3 ? charter_lint(c, NULL, found) : 0;
			for (size_t i = 0; i < lints; i++)
				if (found[i].level == LINT_ERROR)
					fail_msg("%s, %zu founders: %s: %s", template_at(t)->name, n, found[i].name, found[i].text);
			charter_free(c);
		}
	crypto_free(k);
	free(in);
}

static void test_what_the_rules_are(void **state)
{
	struct template_input *in = malloc(sizeof(*in));
	struct crypto *k = envelope_crypto();
	struct charter *c;

	(void)state;
	fill(in, k, "vote", 3, 1);
	c = charter_of(in);
	assert_int_equal(c->admission->type, REQ_VOTES);
	assert_int_equal(votes_needed(c->admission, 3), 2);
	assert_int_equal(votes_needed(c->admission, 2), 2);
	assert_int_equal(votes_needed(c->admission, 8), 4);
	assert_false(c->membership.removal_by_operators);
	charter_free(c);

	fill(in, k, "operator", 1, 2);
	c = charter_of(in);
	assert_int_equal(c->admission->type, REQ_AUTHORITY);
	assert_int_equal(c->authority.operators_n, 2);
	assert_true(c->membership.removal_by_operators);
	assert_null(c->expulsion);
	charter_free(c);

	fill(in, k, "list", 1, 1);
	in->allowed[0].key = in->notary;
	in->allowed_n = 1;
	c = charter_of(in);
	assert_int_equal(c->admission->list.n, 1);
	charter_free(c);

	fill(in, k, "open", 1, 1);
	c = charter_of(in);
	assert_int_equal(votes_needed(c->admission, 5), 1);
	charter_free(c);
	crypto_free(k);
	free(in);
}

static void test_members_are_drawn_anew(void **state)
{
	struct template_input *in = malloc(sizeof(*in));
	struct crypto *k = envelope_crypto();
	struct charter *c;

	(void)state;
	fill(in, k, "vote", 2, 1);
	c = charter_of(in);
	assert_int_not_equal(id16_compare(&c->founders[0].member, &c->founders[1].member), 0);
	charter_free(c);
	crypto_free(k);
	free(in);
}

static void test_an_unknown_template(void **state)
{
	struct template_input *in = calloc(1, sizeof(*in));
	struct err e = { 0 };

	(void)state;
	in->template = "anarchy";
	assert_null(template_charter(in, &e));
	assert_string_equal(e.name, "unknown_template");
	free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_template_is_a_charter),
		cmocka_unit_test(test_what_the_rules_are),
		cmocka_unit_test(test_members_are_drawn_anew),
		cmocka_unit_test(test_an_unknown_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
