/* SPDX-License-Identifier: ISC
 * A worker: one thread's own connection, handles and cache. */
#include "authority/charters.h"
#include "authority/puzzle/typefaces.h"
#include "authority/secrets.h"
#include "authority/signer.h"

#include <stdlib.h>

struct worker *worker_open(const struct authority *a, struct err *e)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		err_memory(e);
		return NULL;
	}
	w->a = a;
	w->crypto = crypto_new(e);
	w->charters = w->crypto == NULL ? NULL : charter_cache_new(e);
	w->db = w->charters == NULL ? NULL : db_open(a->conninfo, false, a->log, e);
	if (w->db != NULL)
		return w;
	worker_close(w);
	return NULL;
}

void worker_close(struct worker *w)
{
	if (w == NULL)
		return;
	typefaces_close(w->faces);
	secrets_free(w->secrets);
	signer_close(w->signer);
	db_close(w->db);
	charter_cache_free(w->charters);
	crypto_free(w->crypto);
	free(w);
}

struct signer *worker_signer(struct worker *w, struct err *e)
{
	if (w->signer == NULL && w->a->signer_path == NULL)
		err_set(e, "signer_unavailable", "no signer is configured");
	if (w->signer == NULL && w->a->signer_path != NULL)
		w->signer = signer_open(w->a->signer_path, e);
	return w->signer;
}

void worker_signer_lost(struct worker *w)
{
	signer_close(w->signer);
	w->signer = NULL;
}
