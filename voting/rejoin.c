/* SPDX-License-Identifier: ISC */
#include "voting/rejoin.h"

#include <string.h>

#include "base/digest.h"
#include "base/time.h"

static bool read_members(const struct at *at, struct rejoin *r)
{
	int64_t number = 0;

	if (!at_digest(at, "charter", &r->charter) || !at_id16(at, "member", &r->member) || !at_digest(at, "cause", &r->cause) ||
		!at_int(at, "number", 0, JSON_INT_MAX, &number) || !at_base64_exact(at, "seed", r->seed, sizeof(r->seed)))
		return false;
	r->number = (uint64_t)number;
	return at_id16(at, "node", &r->node) && at_int(at, "iat", 0, TIME_MAX, &r->iat);
}

bool rejoin_parse(const struct jws *j, struct rejoin *out, struct err *e)
{
	static const char *const members[] = { "charter", "member", "cause", "number", "seed", "node", "iat", NULL };
	struct rejoin r = { 0 };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_REJOIN, j, members, &o, &at, e))
		return false;
	r.digest = o.digest;
	r.genesis = o.genesis;
	rc = read_members(&at, &r);
	object_free(&o);
	if (rc)
		*out = r;
	return rc;
}

json_t *rejoin_print(const struct rejoin *r)
{
	json_t *o = object_begin(KIND_REJOIN, &r->genesis);

	if (object_set_digest(o, "charter", &r->charter) && object_set_id16(o, "member", &r->member) &&
		object_set_digest(o, "cause", &r->cause) && object_set_int(o, "number", (int64_t)r->number) &&
		object_set_base64(o, "seed", slice_of(r->seed, sizeof(r->seed))) && object_set_id16(o, "node", &r->node) &&
		object_set_int(o, "iat", r->iat))
		return o;
	json_decref(o);
	return NULL;
}

void rejoin_node(const struct digest *genesis, const struct digest *cause, const uint8_t seed[static 32], struct id16 *out)
{
	const struct slice parts[] = { slice_of(genesis->b, sizeof(genesis->b)), slice_of(cause->b, sizeof(cause->b)), slice_of(seed, 32) };
	struct digest d;

	digest_labelled("gmc-node-again/1", parts, 3, &d);
	memcpy(out->b, d.b, sizeof(out->b));
}
