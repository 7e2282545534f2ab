/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/digest.h"

static void assert_digest(const struct digest *d, const char *want)
{
	char text[DIGEST_TEXT];

	digest_text(d, text);
	assert_string_equal(text + 7, want);
}

/* FIPS 180-2 appendix B.1 and B.2, and the empty message. */
static void sha256_known_answers(void **state)
{
	struct digest d;

	(void)state;
	digest_sha256(slice_str("abc"), &d);
	assert_digest(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256(slice_str("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), &d);
	assert_digest(&d, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	digest_sha256(slice_of(NULL, 0), &d);
	assert_digest(&d, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void the_label_ends_with_a_zero(void **state)
{
	struct digest d, want;

	(void)state;
	digest_of("gmc-vote/1", slice_str("{}"), &d);
	digest_sha256(slice_of("gmc-vote/1\0{}", 13), &want);
	assert_memory_equal(&d, &want, sizeof(d));
	digest_of("gmc-vote/1", slice_of(NULL, 0), &d);
	digest_sha256(slice_of("gmc-vote/1", 11), &want);
	assert_memory_equal(&d, &want, sizeof(d));
	digest_of("", slice_str("x"), &d);
	digest_sha256(slice_of("\0x", 2), &want);
	assert_memory_equal(&d, &want, sizeof(d));
}

static void parts_are_streamed(void **state)
{
	const struct slice parts[] = { slice_str("one"), slice_of(NULL, 0), slice_str("two"), slice_str("three") };
	struct digest d, want;

	(void)state;
	digest_labelled("l", parts, 4, &d);
	digest_of("l", slice_str("onetwothree"), &want);
	assert_memory_equal(&d, &want, sizeof(d));
	digest_labelled("l", parts, 3, &d);
	assert_memory_not_equal(&d, &want, sizeof(d));
	digest_labelled("l", NULL, 0, &d);
	digest_of("l", slice_str(""), &want);
	assert_memory_equal(&d, &want, sizeof(d));
}

static void labels_part_kinds(void **state)
{
	struct digest a, b;

	(void)state;
	digest_of("vote", slice_str("s"), &a);
	digest_of("votes", slice_str(""), &b);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_known_answers),
		cmocka_unit_test(the_label_ends_with_a_zero),
		cmocka_unit_test(parts_are_streamed),
		cmocka_unit_test(labels_part_kinds),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
