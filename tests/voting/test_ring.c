/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "voting/ring.h"

enum { SEATS = 40 };

/* The node of a number: 16 bytes of SHA-256("node 7"). */
static struct id16 node(int number)
{
	char text[16];
	struct digest d;
	struct id16 id;

	snprintf(text, sizeof(text), "node %d", number);
	digest_sha256(slice_str(text), &d);
	memcpy(id.b, d.b, sizeof(id.b));
	return id;
}

static struct id16 member(uint8_t number)
{
	return (struct id16){ .b = { number } };
}

static void make(struct ring_seat seats[static SEATS])
{
	for (uint8_t i = 1; i <= SEATS; i++)
		seats[i - 1] = (struct ring_seat){ member(i), node(i) };
}

static void are(const struct ring_seat *seats, size_t n, const struct id16 *at, size_t k, const uint8_t *want, size_t want_n)
{
	struct id16 got[RING_MAX];
	size_t got_n = 99;

	assert_true(ring_nearest(seats, n, at, k, got, &got_n, NULL));
	assert_int_equal(got_n, want_n);
	for (size_t i = 0; i < want_n; i++)
		assert_int_equal(got[i].b[0], want[i]);
}

/* Figures of another implementation: Python's whole numbers. */
static void neighbours_are_those_of_the_format(void **state)
{
	static const uint8_t near[] = { 25, 35, 4, 37, 6, 21, 39, 13 }, far[] = { 29, 30, 16, 23, 19, 1, 15, 34 };
	static const uint8_t all[] = { 25, 35, 4, 37, 6, 21, 39, 13, 20, 7, 14, 12, 18, 2, 10, 17, 38, 40, 36, 26, 9, 33, 28, 11, 5, 24, 8,
		22, 27, 31, 3, 32, 34, 15, 1, 19, 23, 16, 30, 29 };
	struct ring_seat seats[SEATS], turned[SEATS];
	struct id16 at = node(1000), other, back;

	(void)state;
	make(seats);
	ring_opposite(&at, &other);
	are(seats, SEATS, &at, 8, near, 8);
	are(seats, SEATS, &other, 8, far, 8);
	are(seats, SEATS, &at, RING_MAX, all, SEATS);
	are(seats, SEATS, &at, 1, near, 1);
	are(seats, SEATS, &at, 0, near, 0);
	are(seats, 0, &at, 3, near, 0);
	for (size_t i = 0; i < SEATS; i++)
		turned[i] = seats[SEATS - 1 - i];
	are(turned, SEATS, &at, 8, near, 8);
	ring_opposite(&other, &back);
	assert_memory_equal(&at, &back, sizeof(at));
}

/* 0 and 2^128 are one place, and distances are taken the shorter way round. */
static void the_ring_is_closed(void **state)
{
	struct ring_seat seats[4] = { { .member = member(1) }, { .member = member(2) }, { .member = member(3) }, { .member = member(4) } };
	struct id16 zero = { { 0 } }, other;

	(void)state;
	memset(seats[0].node.b, 0xff, 16); /* -1 */
	seats[1].node.b[15] = 2;           /* 2 */
	seats[2].node.b[0] = 0x80;         /* opposite */
	seats[3].node.b[7] = 1;            /* 2^64: the lower half alone is nearer than 2 */
	are(seats, 4, &zero, 4, (const uint8_t[]){ 1, 2, 4, 3 }, 4);
	ring_opposite(&zero, &other);
	are(seats, 4, &other, 4, (const uint8_t[]){ 3, 4, 2, 1 }, 4);
}

static void of_two_as_far_the_lower_member_comes_first(void **state)
{
	struct ring_seat seats[3] = { { .member = member(9) }, { .member = member(7) }, { .member = member(8) } };
	struct id16 at = { .b = { 0x10 } };

	(void)state;
	seats[0].node = (struct id16){ .b = { 0x11 } };
	seats[1].node = (struct id16){ .b = { 0x0f } };
	seats[2].node = (struct id16){ .b = { 0x11 } };
	are(seats, 3, &at, 3, (const uint8_t[]){ 7, 8, 9 }, 3);
	are(seats, 3, &at, 2, (const uint8_t[]){ 7, 8 }, 2);
}

static void there_are_no_more_than_room_for(void **state)
{
	struct id16 at = node(1), got[1];
	struct err e = { 0 };
	size_t n = 7;

	(void)state;
	assert_false(ring_nearest(NULL, 0, &at, RING_MAX + 1, got, &n, &e));
	assert_string_equal(e.name, "out_of_range");
	assert_int_equal(n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_are_those_of_the_format),
		cmocka_unit_test(the_ring_is_closed),
		cmocka_unit_test(of_two_as_far_the_lower_member_comes_first),
		cmocka_unit_test(there_are_no_more_than_room_for),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
