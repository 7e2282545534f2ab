/* SPDX-License-Identifier: ISC
 * Is it alive, is it ready, and what can be asked. */
#include <string.h>

#include "authority/signer.h"
#include "web/api.h"

static const uint8_t openapi[] = {
#include "docs/openapi.json.inc"
};

void api_get_live(void *ctx, const struct request *q, struct reply *r)
{
	(void)ctx;
	(void)q;
	reply_constant(r, "text/plain; charset=utf-8", slice_str("ok\n"));
}

/* Asks for a group that nobody has. A connection that broke since its last use is made anew, once. */
static bool signer_answers(struct worker *w, struct err *e)
{
	const struct digest nobody = { 0 };
	struct signer *s = NULL;
	struct signer_state state;

	for (int i = 0; i < 2; i++) {
		err_clear(e);
		s = worker_signer(w, e);
		if (s != NULL && signer_hello(s, &nobody, &state, e))
			return true;
		worker_signer_lost(w);
	}
	return false;
}

void api_get_ready(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err database = { 0 }, signer = { 0 };
	bool db = db_ping(api->w->db, &database), sg = signer_answers(api->w, &signer);

	(void)q;
	reply_json(
		r, db && sg ? 200 : 503, json_pack("{s:s,s:s}", "database", db ? "ok" : database.name, "signer", sg ? "ok" : signer.name));
	if (db && sg)
		return;
	reply_header(r, "Retry-After", "2");
	r->err = db ? signer : database;
}

void api_get_openapi(void *ctx, const struct request *q, struct reply *r)
{
	(void)ctx;
	reply_constant(r, "application/json", slice_of(openapi, sizeof(openapi)));
	reply_etag(q, r);
}
