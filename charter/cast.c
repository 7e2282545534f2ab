/* SPDX-License-Identifier: ISC */
#include "charter/cast.h"

#include <stdlib.h>
#include <string.h>

/* Someone named, and where: a charter may name many members many times, so that they are sorted. */
struct mention {
	struct id16 member;
	size_t place;
};

static size_t count_mentions(const struct requirement *r)
{
	size_t n = r->type == REQ_VOTES ? r->votes.of_n : 0;

	for (uint32_t i = 0; i < r->n; i++)
		n += count_mentions(&r->child[i]);
	return n;
}

static void gather(const struct requirement *r, struct mention *out, size_t *n)
{
	for (uint32_t i = 0; i < r->n; i++)
		gather(&r->child[i], out, n);
	if (r->type != REQ_VOTES)
		return;
	for (uint32_t i = 0; i < r->votes.of_n; i++, (*n)++)
		out[*n] = (struct mention){ r->votes.of[i], *n };
}

static int by_place(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

static int by_member(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	int order = id16_compare(&x->member, &y->member);

	return order != 0 ? order : by_place(a, b);
}

/* Leaves the first mention of each, in the order of their places. */
static size_t keep_first(struct mention *m, size_t n)
{
	size_t kept = 0;

	qsort(m, n, sizeof(*m), by_member);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || id16_compare(&m[kept - 1].member, &m[i].member) != 0)
			m[kept++] = m[i];
	qsort(m, kept, sizeof(*m), by_place);
	return kept;
}

bool cast_make(const struct requirement *r, struct cast *out, struct err *e)
{
	size_t mentions = r != NULL ? count_mentions(r) : 0, n = 0;
	struct mention *m;

	*out = (struct cast){ 0 };
	if (mentions == 0)
		return true;
	m = malloc(mentions * sizeof(*m));
	out->named = malloc(mentions * sizeof(*out->named));
	if (m == NULL || out->named == NULL) {
		free(m);
		cast_free(out);
		return err_memory(e);
	}
	gather(r, m, &n);
	out->n = keep_first(m, n);
	for (size_t i = 0; i < out->n; i++)
		out->named[i] = m[i].member;
	free(m);
	return true;
}

void cast_free(struct cast *c)
{
	if (c == NULL)
		return;
	free(c->named);
	*c = (struct cast){ 0 };
}

/* A member that no charter names: the number behind a mark. */
static struct id16 stranger(uint32_t number)
{
	struct id16 id = { .b = "a stranger" };

	for (size_t k = 0; k < 4; k++)
		id.b[12 + k] = (uint8_t)(number >> (24 - 8 * k));
	return id;
}

struct id16 cast_member(const struct cast *c, uint32_t number)
{
	return number >= 1 && number <= c->n ? c->named[number - 1] : stranger(number);
}

uint32_t cast_number(const struct cast *c, const struct id16 *member)
{
	for (size_t i = 0; i < c->n; i++)
		if (id16_compare(&c->named[i], member) == 0)
			return (uint32_t)(i + 1);
	return 0;
}
