/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "web/page.h"

static void expect(void (*f)(struct buf *, const char *), const char *in, const char *out)
{
	struct buf b = { 0 };

	f(&b, in);
	assert_string_equal(b.n == 0 ? "" : buf_cstr(&b), out);
	buf_free(&b);
}

static void text_cannot_leave_its_place(void **state)
{
	(void)state;
	expect(page_text, "<a href=\"x\" b='y'>&amp;", "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
	expect(page_text, "Zo\xc3\xab \xf0\x9f\x98\x80\n", "Zo\xc3\xab \xf0\x9f\x98\x80\n");
	expect(page_text, "", "");
}

static void unfit_bytes_are_replaced(void **state)
{
	(void)state;
	expect(page_text, "a\x01\x7f\xff", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	expect(page_text, "\xe2\x80\xaeq\xe2\x81\xa6", "\xef\xbf\xbdq\xef\xbf\xbd");
	expect(page_text, "\xc0\xbcscript", "\xef\xbf\xbd\xef\xbf\xbdscript");
	expect(page_text, "\xe2\x80", "\xef\xbf\xbd\xef\xbf\xbd");
}

static void addresses_are_percent_encoded(void **state)
{
	(void)state;
	expect(page_url, "a-Z_0.~", "a-Z_0.~");
	expect(page_url, "a b/?&\"'<\xc3\xa4", "a%20b%2F%3F%26%22%27%3C%C3%A4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_cannot_leave_its_place),
		cmocka_unit_test(unfit_bytes_are_replaced),
		cmocka_unit_test(addresses_are_percent_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
