/* SPDX-License-Identifier: ISC
 * Groups and what a peer pins of them. */
#include "authority/archive.h"
#include "web/api.h"

void api_get_groups(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };

	api_give(q, r, read_groups(api->w, &e), &e);
}

void api_get_group(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };

	api_give(q, r, read_group(api->w, request_arg(q, "g"), &e), &e);
}

void api_get_trust(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;

	api_give(q, r, api_group(api, q, &g, &e) ? archive_trust(api->w, &g, &e) : NULL, &e);
}
