/* SPDX-License-Identifier: ISC */
#include "voting/course.h"

#include <string.h>

bool course_begin(struct course *out, const struct ceremony *c, const struct transcript *base, const struct slice *messages,
	struct crypto *crypto, struct err *e)
{
	memset(out, 0, sizeof(*out));
	out->ceremony = c;
	switch (c->purpose) {
	case CEREMONY_KEY:
	case CEREMONY_RESHARE:
		out->dealing = dealing_new(c, base, crypto, e);
		return out->dealing != NULL;
	case CEREMONY_SIGN:
		out->signing = signing_new(c, base, messages, crypto, e);
		return out->signing != NULL;
	case CEREMONY_SHARE:
		break;
	}
	return err_set(e, "feature_unsupported", "no part is taken in ceremonies for this purpose yet");
}

void course_free(struct course *c)
{
	dealing_free(c->dealing);
	signing_free(c->signing);
	memset(c, 0, sizeof(*c));
}

void course_lend(struct course *c, struct crypto *crypto)
{
	if (c->dealing != NULL)
		c->dealing->crypto = crypto;
	else
		c->signing->crypto = crypto;
}

bool course_take(struct course *c, const struct post *p, struct err *e)
{
	return c->dealing != NULL ? dealing_take(c->dealing, p, e) : signing_take(c->signing, p, e);
}

bool course_waits(const struct course *c, size_t place)
{
	return c->dealing != NULL ? dealing_waits(c->dealing, place) : signing_waits(c->signing, place);
}

/* A dealing asks for one post in each phase. */
enum phase course_wants(const struct course *c, size_t place, uint32_t *turn)
{
	if (c->signing != NULL)
		return signing_wants(c->signing, place, turn);
	*turn = 0;
	return c->dealing->phase;
}

enum phase course_phase(const struct course *c)
{
	return c->dealing != NULL ? c->dealing->phase : signing_phase(c->signing);
}

bool course_is_done(const struct course *c)
{
	return c->dealing != NULL ? c->dealing->done : c->signing->done;
}

const struct board *course_board(const struct course *c)
{
	return c->dealing != NULL ? &c->dealing->board : &c->signing->board;
}

const char *course_fault(const struct course *c, size_t place)
{
	return c->dealing != NULL ? c->dealing->of[place].fault : c->signing->of[place].fault;
}
