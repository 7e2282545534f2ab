/* SPDX-License-Identifier: ISC
 * Pages for people: they say the rule and the link, escape what others wrote, and load nothing from elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "tests/web/site.h"

static void speak_in_tags(json_t *charter)
{
	charters_set(charter, "/purpose", "\"<script>alert(1)</script> & \\\"more\\\"\"");
}

static void what_others_wrote_is_escaped(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "escaped", speak_in_tags);
	struct sig_key *k = envelope_key(SIG_ED25519);
	struct application a = folk_application(&f, s->realm->w, k);
	struct said said;
	struct answer out = { 0 };
	struct err e = { 0 };
	struct digest d;
	struct said_back b;

	snprintf(a.name, sizeof(a.name), "<img src=x>&amp;'\"");
	said = folk_sign_application(s->realm->w, &a, k);
	assert_true(act_apply(s->realm->w, "escaped", &said.j, said.doc, NULL, NULL, &out, &e));
	assert_true(digest_parse(out.id, &d) && act_open(s->realm->w, f.g.g, &d, &e));
	b = site_get(s, 200, "/g/escaped");
	assert_null(strstr(b.a.body, "<script"));
	assert_null(strstr(b.a.body, "<img"));
	assert_non_null(strstr(b.a.body, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
	assert_non_null(strstr(b.a.body, "Admit &lt;img src=x&gt;&amp;amp;&#39;&quot;"));
	said_back_free(&b);
	answer_free(&out);
	said_free(&said);
	sig_key_free(k);
	folk_free(&f);
}

static void a_page_says_rule_and_link(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "paged", NULL);
	char genesis[DIGEST_TEXT], link[200], csp[300];
	struct said_back b = site_get(s, 200, "/g/paged");

	digest_text(&f.g.genesis, genesis);
	assert_non_null(strstr(b.a.body, "at least 2 members say yes (now 2 of 3)"));
	/* the quotes are the page's own, so they stand as they are */
	snprintf(link, sizeof(link), "gmc join 'http://groups.example/g/paged#%s'", genesis);
	assert_non_null(strstr(b.a.body, link));
	assert_non_null(raw_header(&b.a, "Content-Security-Policy", csp, sizeof(csp)));
	assert_non_null(strstr(csp, "default-src 'none'"));
	assert_null(strstr(csp, "unsafe"));
	assert_null(strstr(b.a.body, " style="));
	assert_null(strstr(b.a.body, "<style"));
	said_back_free(&b);
	folk_free(&f);
}

static void as_clients(json_t *charter)
{
	charters_set(charter, "/membership/class", "\"client\"");
}

static void a_page_says_what_holds_for_a_while(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "frosty", as_clients);
	struct said_back b = site_get(s, 200, "/g/frosty");

	assert_non_null(strstr(b.a.body, "Members are clients of the overlay"));
	assert_null(strstr(b.a.body, "have stopped admissions"));
	assert_null(strstr(b.a.body, "suspended"));
	said_back_free(&b);
	assert_true(folk_number(&f, "UPDATE groups SET frozen_until = now_s() + 60 WHERE g = %d RETURNING frozen_until") > 60);
	b = site_get(s, 200, "/g/frosty");
	assert_non_null(strstr(b.a.body, "have stopped admissions until <time"));
	said_back_free(&b);
	folk_free(&f);
}

/* A Host header is somebody's word: it goes into the page only as a host. */
static void a_host_that_is_none_is_refused(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "hosted", NULL);
	const char *text = "GET /g/hosted HTTP/1.1\r\nHost: a\"onload=x\r\nConnection: close\r\n\r\n";

	assert_int_equal(raw_status(s->port, text, strlen(text)), 400);
	folk_free(&f);
}

static void the_style_is_kept_under_its_digest(void **state)
{
	struct site_under_test *s = *state;
	struct said_back b = site_get(s, 200, "/"), css;
	const char *at = strstr(b.a.body, "/static/style-");
	char path[80], header[80];

	assert_non_null(at);
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(at, "\""), at);
	css = site_get(s, 200, "%s", path);
	assert_string_equal(raw_header(&css.a, "Content-Type", header, sizeof(header)), "text/css; charset=utf-8");
	assert_string_equal(raw_header(&css.a, "Cache-Control", header, sizeof(header)), "public, max-age=31536000, immutable");
	assert_null(strstr(css.a.body, "url("));
	assert_null(strstr(css.a.body, "@import"));
	said_back_free(&css);
	css = site_get(s, 404, "/static/style-000000000000.css");
	said_back_free(&css);
	said_back_free(&b);
}

static void the_first_page_lists_groups(void **state)
{
	struct site_under_test *s = *state;
	struct folk f = folk_new(s->realm, "listed", NULL);
	struct said_back b = site_get(s, 200, "/");

	assert_non_null(strstr(b.a.body, "<a class=\"title\" href=\"/g/listed\">listed</a>"));
	said_back_free(&b);
	b = site_get(s, 404, "/g/unlisted");
	assert_non_null(strstr(b.a.body, "<h1>Not found</h1>"));
	said_back_free(&b);
	folk_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_wrote_is_escaped),
		cmocka_unit_test(a_page_says_rule_and_link),
		cmocka_unit_test(a_page_says_what_holds_for_a_while),
		cmocka_unit_test(a_host_that_is_none_is_refused),
		cmocka_unit_test(the_style_is_kept_under_its_digest),
		cmocka_unit_test(the_first_page_lists_groups),
	};

	return cmocka_run_group_tests(tests, site_start, site_stop);
}
