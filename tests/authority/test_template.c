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
#include "charter/capture.h"
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
			struct err e = { 0 };
			struct charter *c;

			fill(in, k, template_at(t)->name, n, n);
			in->allowed[0].key = in->notary;
			in->allowed_n = 1;
			c = charter_of(in);
			assert_true(charter_supported(c, &e));
			if (!charter_run_tests(c, &e))
				fail_msg("%s, %zu founders: %s", template_at(t)->name, n, e.text);
			assert_true(c->tests_n >= (n > 1 ? 2 : 0));
			assert_int_equal(c->version, 1);
			assert_int_equal(c->founders_n, n);
			assert_int_equal(c->administrators.threshold, n / 2 + 1);
			assert_non_null(charter_notary(c, &c->authority.notaries[0].thumb, NOW));
			charter_free(c);
		}
	crypto_free(k);
	free(in);
}

/* What lint finds in each, made for three founders and three administrators: that which is the point of the template. Whoever makes a
 * group can read it in docs/templates.md. No error is among it for fewer founders either, since gauthctl would sign nothing then. */
static const struct {
	const char *template, *names[4];
} known[] = {
	{ "vote", { "no_amendment_vote" } },
	{ "open", { "open_admission", "no_amendment_vote" } },
	{ "list", { NULL } },
	{ "operator", { "operators_expel", "operators_admit", "no_amendment_vote" } },
	{ "vouch", { NULL } },
	{ "hybrid", { NULL } },
	{ "invitation", { NULL } },
};

static void lint_template(const struct charter *c, size_t t)
{
	struct lint found[LINT_MAX];
	size_t n = charter_lint(c, NULL, found), expected = 0;

	assert_string_equal(known[t].template, template_at(t)->name);
	while (expected < 4 && known[t].names[expected] != NULL)
		expected++;
	for (size_t i = 0; i < n; i++) {
		bool meant = false;

		for (size_t k = 0; k < expected; k++)
			meant = meant || strcmp(known[t].names[k], found[i].name) == 0;
		if (c->founders_n == 3 ? !meant : found[i].level == LINT_ERROR && !meant)
			fail_msg("%s, %zu founders: %s at %s: %s", known[t].template, c->founders_n, found[i].name, found[i].pointer,
				found[i].text);
	}
	if (c->founders_n == 3)
		assert_int_equal(n, expected);
}

static void test_each_template_is_wise(void **state)
{
	struct template_input *in = malloc(sizeof(*in));
	struct crypto *k = envelope_crypto();

	(void)state;
	assert_null(template_at(sizeof(known) / sizeof(known[0])));
	for (size_t t = 0; template_at(t) != NULL; t++)
		for (size_t n = 1; n <= 3; n++) {
			struct charter *c;

			fill(in, k, template_at(t)->name, n, n);
			in->allowed[0].key = in->notary;
			in->allowed_n = 1;
			c = charter_of(in);
			lint_template(c, t);
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
	assert_false(c->membership.removal == REMOVAL_OPERATORS);
	charter_free(c);

	fill(in, k, "operator", 1, 2);
	c = charter_of(in);
	assert_int_equal(c->admission->type, REQ_AUTHORITY);
	assert_int_equal(c->authority.operators_n, 2);
	assert_true(c->membership.removal == REMOVAL_OPERATORS);
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
	assert_int_equal(c->admission->type, REQ_ANY);
	assert_int_equal(c->admission->child[0].captcha_kinds, CAPTCHA_GRAPHIC | CAPTCHA_LOGIC | CAPTCHA_AUDIO);
	assert_int_equal(c->admission->child[1].type, REQ_WORK);
	assert_int_equal(c->voting.probation, 30 * 86400);
	assert_int_equal(c->membership.per_day, 24);
	charter_free(c);
	crypto_free(k);
	free(in);
}

static void test_rules_with_vouches(void **state)
{
	struct template_input *in = malloc(sizeof(*in));
	struct crypto *k = envelope_crypto();
	struct charter *c;

	(void)state;
	for (size_t n = 1; n <= 3; n++) {
		fill(in, k, "vouch", n, 3);
		c = charter_of(in);
		assert_int_equal(c->admission->type, REQ_VOUCHES);
		assert_int_equal(c->admission->vouches.count, n == 1 ? 1 : 2);
		assert_int_equal(votes_needed(c->amendment, (uint32_t)n), n == 1 ? 1 : 2);
		charter_free(c);
	}
	fill(in, k, "hybrid", 3, 3);
	c = charter_of(in);
	assert_int_equal(c->admission->type, REQ_ALL);
	assert_int_equal(c->admission->n, 2);
	assert_int_equal(c->admission->child[0].vouches.count, 1);
	assert_int_equal(votes_needed(&c->admission->child[1], 6), 3);
	assert_int_equal(c->voting.probation, 0);
	charter_free(c);
	crypto_free(k);
	free(in);
}

/* The rule in the template's section of docs/templates.md, as JSON. */
static json_t *rule_in_page(const char *page, const char *template)
{
	char title[32], rule[1024];
	const char *from, *to;
	json_t *v;

	snprintf(title, sizeof(title), "\n## %s\n", template);
	from = strstr(page, title);
	if (from == NULL)
		fail_msg("docs/templates.md has no section %s", template);
	from = strstr(from, "\n    {");
	assert_non_null(from);
	to = strstr(from, "\n\n");
	assert_non_null(to);
	snprintf(rule, sizeof(rule), "%.*s", (int)(to - from), from);
	v = json_loads(rule, 0, NULL);
	assert_non_null(v);
	return v;
}

/* In its row of the table: how few admit anybody, of three founders, while the rest are silent. */
static void page_says_cost(const char *page, struct template_input *in)
{
	const struct capture_group three = { .members = 3 };
	struct capture cost;
	struct buf said = { 0 };
	char row[32], cell[64];
	const char *line, *found;
	struct charter *c;

	in->allowed[0].key = in->notary;
	in->allowed_n = 1;
	c = charter_of(in);
	assert_true(capture_find(c, c->admission, Q_ADMIT, CAPTURE_ADMIT, &three, &cost, NULL));
	assert_true(cost.possible && cost.exact);
	capture_say(&cost, &said);
	snprintf(row, sizeof(row), "\n| [%s](", in->template);
	snprintf(cell, sizeof(cell), "| %.*s", (int)said.n, (char *)said.p);
	cell[strcspn(cell, ",")] = '\0'; /* the condition behind it is told in the page's own words */
	line = strstr(page, row);
	assert_non_null(line);
	found = strstr(line, cell);
	if (found == NULL || found > strchr(line + 1, '\n'))
		fail_msg("docs/templates.md, the row of %s, has no cell \"%s\"", in->template, cell);
	buf_free(&said);
	charter_free(c);
}

static void test_the_page_says_the_rules(void **state)
{
	struct template_input *in = malloc(sizeof(*in));
	struct crypto *k = envelope_crypto();
	char page[32768];
	FILE *f = fopen("docs/templates.md", "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(page, 1, sizeof(page) - 1, f);
	fclose(f);
	assert_true(n < sizeof(page) - 1);
	page[n] = '\0';
	for (size_t t = 0; template_at(t) != NULL; t++) {
		struct err e = { 0 };
		json_t *said = rule_in_page(page, template_at(t)->name), *doc;

		fill(in, k, template_at(t)->name, 3, 3);
		doc = template_charter(in, &e);
		assert_non_null(doc);
		if (json_object_get(said, "list") != NULL) /* the keys are the reader's own */
			json_object_set_new(json_object_get(said, "list"), "keys", json_array());
		if (!json_equal(json_object_get(doc, "admission"), said))
			fail_msg("docs/templates.md has another rule than the template %s", template_at(t)->name);
		json_decref(doc);
		json_decref(said);
		page_says_cost(page, in);
	}
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
	for (size_t t = 0; template_at(t) != NULL; t++)
		assert_non_null(strstr(e.text, template_at(t)->name));
	free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_template_is_a_charter),
		cmocka_unit_test(test_each_template_is_wise),
		cmocka_unit_test(test_what_the_rules_are),
		cmocka_unit_test(test_rules_with_vouches),
		cmocka_unit_test(test_the_page_says_the_rules),
		cmocka_unit_test(test_members_are_drawn_anew),
		cmocka_unit_test(test_an_unknown_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
