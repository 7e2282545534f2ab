/* SPDX-License-Identifier: ISC */
#include "voting/seed.h"

#include <string.h>

#include "base/time.h"

bool seed_parse(const struct jws *j, struct seed_reveal *out, struct err *e)
{
	static const char *const members[] = { "number", "seed", "application", "iat", NULL };
	struct seed_reveal s = { 0 };
	int64_t number = 0;
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_SEED, j, members, &o, &at, e))
		return false;
	s.digest = o.digest;
	s.genesis = o.genesis;
	rc = at_int(&at, "number", 0, JSON_INT_MAX, &number) && at_base64_exact(&at, "seed", s.seed, sizeof(s.seed)) &&
		at_digest(&at, "application", &s.application) && at_int(&at, "iat", 0, TIME_MAX, &s.iat);
	s.number = (uint64_t)number;
	object_free(&o);
	if (rc)
		*out = s;
	return rc;
}

json_t *seed_print(const struct seed_reveal *s)
{
	json_t *o = object_begin(KIND_SEED, &s->genesis);

	if (object_set_int(o, "number", (int64_t)s->number) && object_set_base64(o, "seed", slice_of(s->seed, sizeof(s->seed))) &&
		object_set_digest(o, "application", &s->application) && object_set_int(o, "iat", s->iat))
		return o;
	json_decref(o);
	return NULL;
}
