/* SPDX-License-Identifier: ISC */
#include "voting/receipt.h"

#include "base/time.h"

bool receipt_parse(const struct jws *j, struct receipt *out, struct err *e)
{
	static const char *const members[] = { "object", "stored", "due", NULL };
	struct receipt r = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_RECEIPT, j, members, &o, &at, e))
		return false;
	r.digest = o.digest;
	r.genesis = o.genesis;
	rc = at_digest(&at, "object", &r.object) && at_int(&at, "stored", 0, TIME_MAX, &r.stored) &&
		at_int(&at, "due", r.stored, TIME_MAX, &r.due);
	if (rc)
		*out = r;
	object_free(&o);
	return rc;
}

json_t *receipt_print(const struct receipt *r)
{
	json_t *o = object_begin(KIND_RECEIPT, &r->genesis);

	if (object_set_digest(o, "object", &r->object) && object_set_int(o, "stored", r->stored) && object_set_int(o, "due", r->due))
		return o;
	json_decref(o);
	return NULL;
}
