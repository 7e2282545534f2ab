/* SPDX-License-Identifier: ISC */
#include "voting/signing_read.h"

#include <stdlib.h>
#include <string.h>

/* Both points of a commitment; z and R of a part. */
enum { PAIR = 2 * CURVE_BYTES };

static bool set_pairs(json_t *o, const char *name, const uint8_t *bytes, size_t n)
{
	return object_set_base64(o, name, slice_of(bytes, n * PAIR));
}

static bool set_commitments(json_t *o, const struct round_commitment *list, size_t n)
{
	uint8_t *bytes = malloc(n * PAIR);
	bool rc = bytes != NULL;

	for (size_t i = 0; rc && i < n; i++) {
		memcpy(bytes + i * PAIR, list[i].hiding.b, CURVE_BYTES);
		memcpy(bytes + i * PAIR + CURVE_BYTES, list[i].binding.b, CURVE_BYTES);
	}
	rc = rc && set_pairs(o, "nonces", bytes, n);
	free(bytes);
	return rc;
}

static bool set_parts(json_t *o, const struct round_part *parts, size_t n)
{
	uint8_t *bytes = malloc(n * PAIR);
	bool rc = bytes != NULL;

	for (size_t i = 0; rc && i < n; i++) {
		memcpy(bytes + i * PAIR, parts[i].z.b, CURVE_BYTES);
		memcpy(bytes + i * PAIR + CURVE_BYTES, parts[i].r.b, CURVE_BYTES);
	}
	rc = rc && set_pairs(o, "parts", bytes, n);
	free(bytes);
	return rc;
}

static json_t *whole(json_t *o, bool rc)
{
	if (rc)
		return o;
	json_decref(o);
	return NULL;
}

json_t *signing_commit_body(const struct round_commitment *list, size_t n)
{
	json_t *o = json_object();

	return whole(o, set_commitments(o, list, n));
}

json_t *signing_sign_body(const struct round_part *parts, const struct round_commitment *next, size_t n)
{
	json_t *o = json_object();

	return whole(o, set_parts(o, parts, n) && set_commitments(o, next, n));
}

struct round_commitment *signing_read_commitments(const struct at *at, share_id id, size_t n)
{
	struct round_commitment *list = calloc(n, sizeof(*list));
	struct buf bytes = { 0 };
	bool rc = (list != NULL || err_memory(at->e)) && at_base64(at, "nonces", n * PAIR, n * PAIR, &bytes);

	for (size_t i = 0; rc && i < n; i++) {
		list[i].id = id;
		rc = point_decode(bytes.p + i * PAIR, &list[i].hiding, at->e) &&
			point_decode(bytes.p + i * PAIR + CURVE_BYTES, &list[i].binding, at->e);
	}
	buf_free(&bytes);
	if (rc)
		return list;
	free(list);
	return NULL;
}

struct round_part *signing_read_parts(const struct at *at, share_id id, size_t n)
{
	struct round_part *parts = calloc(n, sizeof(*parts));
	struct buf bytes = { 0 };
	bool rc = (parts != NULL || err_memory(at->e)) && at_base64(at, "parts", n * PAIR, n * PAIR, &bytes);

	for (size_t i = 0; rc && i < n; i++) {
		parts[i].id = id;
		rc = scalar_decode(bytes.p + i * PAIR, &parts[i].z, at->e);
		memcpy(parts[i].r.b, bytes.p + i * PAIR + CURVE_BYTES, CURVE_BYTES);
	}
	buf_free(&bytes);
	if (rc)
		return parts;
	free(parts);
	return NULL;
}
