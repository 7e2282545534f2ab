/* SPDX-License-Identifier: ISC
 * Threads that verify the signatures of a batch of entries before the ledger takes them in one by one. They decide nothing: the ledger asks
 * for each signature as ever, and is spared the arithmetic where a thread has seen the same bytes verify with the same key. */
#ifndef AUTHORITY_VERIFIERS_H
#define AUTHORITY_VERIFIERS_H

#include <jansson.h>

#include "base/err.h"
#include "base/sig.h"
#include "charter/charter.h"

struct verifiers;

/* `threads` of them beside the caller's own, or as many as can be started; none is well. The caller's handle `c` outlives them.
 * "no_memory". Free with verifiers_free. */
struct verifiers *verifiers_new(struct crypto *c, size_t threads, struct err *e);
void verifiers_free(struct verifiers *v);
/* As many as there are processors beside the caller's, within reason. */
size_t verifiers_fit(void);

/* Goes through the items of an `extend` from `first` on, by all threads and the caller's own; returns when that is done. Items may be
 * anything. `ch`: whose notaries may have signed; may be NULL. Nobody may touch the items or the charter meanwhile. */
void verifiers_run(struct verifiers *v, const struct charter *ch, const json_t *items, size_t first);
/* How many signatures are remembered now. */
size_t verifiers_known(struct verifiers *v);
/* Forgets them, when the batch is over. */
void verifiers_forget(struct verifiers *v);

#endif
