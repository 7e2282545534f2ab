/* SPDX-License-Identifier: ISC
 * What the log says is revoked. */
#include "peer/ledger_state.h"

#include <stdlib.h>
#include <string.h>

struct gather {
	const struct ledger *l;
	uint64_t size; /* what the first entries say, so many */
	int64_t at;
	struct digest issuer;
	ARRAY(struct crl_entry) crl;
	ARRAY(struct revoked) list;
};

static bool covers(const struct ledger_revocation *r, const struct ledger *l, uint32_t c)
{
	return (r->cert == NONE || r->cert == c) && (r->key == NONE || r->key == l->certs.v[c].key);
}

/* Whoever revoked a key in the second in which it was replaced: the list takes one entry, that of the revocation. */
static void once_listed(struct gather *g)
{
	uint32_t n = 0;

	revocations_sort(g->list.v, g->list.n);
	for (uint32_t i = 0; i < g->list.n; i++) {
		struct revoked *last = n == 0 ? NULL : &g->list.v[n - 1], *one = &g->list.v[i];

		if (last == NULL || last->from != one->from || id16_compare(&last->member, &one->member) != 0 || !last->has_key ||
			!one->has_key || digest_compare(&last->key, &one->key) != 0)
			g->list.v[n++] = *one;
		else if (last->cause == CAUSE_SUPERSEDED)
			*last = *one;
	}
	g->list.n = n;
}

/* All unexpired certificates that one revocation covers. */
static bool gather_one(struct gather *g, const struct ledger_revocation *r, bool *listed)
{
	const struct ledger *l = g->l;

	for (uint32_t c = l->members.v[r->member].cert; c != NONE; c = l->certs.v[c].older) {
		const struct ledger_cert *lc = &l->certs.v[c];
		struct crl_entry *en;

		if (lc->index >= g->size || lc->until < g->at || !covers(r, l, c))
			continue;
		*listed = true;
		if (digest_compare(&lc->issuer, &g->issuer) != 0)
			continue;
		en = ARRAY_ADD(g->crl);
		if (en == NULL)
			return false;
		*en = (struct crl_entry){ .serial = lc->serial, .from = r->r.from, .reason = cause_reason(r->r.cause) };
	}
	return true;
}

static int by_serial(const void *a, const void *b)
{
	const struct crl_entry *x = a, *y = b;
	int order = id16_compare(&x->serial, &y->serial);

	return order != 0 ? order : (x->from > y->from) - (x->from < y->from);
}

/* A serial that is covered more than once stands in the CRL once, from the first time on. */
static void once_each(struct gather *g)
{
	uint32_t n = 0;

	if (g->crl.n > 1)
		qsort(g->crl.v, g->crl.n, sizeof(*g->crl.v), by_serial);
	for (uint32_t i = 0; i < g->crl.n; i++)
		if (n == 0 || id16_compare(&g->crl.v[n - 1].serial, &g->crl.v[i].serial) != 0)
			g->crl.v[n++] = g->crl.v[i];
	g->crl.n = n;
}

/* The list has it when it covers any certificate. */
static bool gather_covered(struct gather *g, const struct ledger_revocation *r)
{
	struct revoked *one;
	bool listed = false;

	if (!gather_one(g, r, &listed))
		return false;
	if (!listed)
		return true;
	one = ARRAY_ADD(g->list);
	if (one != NULL)
		*one = r->r;
	return one != NULL;
}

static bool gather_all(struct gather *g)
{
	const struct ledger *l = g->l;

	for (uint32_t i = 0; i < l->revocations.n && l->revocations.v[i].index < g->size; i++)
		if (!gather_covered(g, &l->revocations.v[i]))
			return false;
	return true;
}

/* One that was restored, or has lapsed in the log, does not run; nor does that of a member who is gone. */
static bool runs(const struct gather *g, const struct ledger_suspension *s)
{
	return s->ended >= g->size && g->at < s->until && g->l->members.v[s->member].ended >= g->size;
}

/* Suspensions that run at that time. */
static bool gather_held(struct gather *g)
{
	for (uint32_t i = 0; i < g->l->suspensions.n && g->l->suspensions.v[i].index < g->size; i++) {
		const struct ledger_suspension *s = &g->l->suspensions.v[i];
		const struct ledger_revocation r = {
			.r = { .member = g->l->members.v[s->member].member, .from = s->from, .cause = CAUSE_HOLD },
			.member = s->member,
			.key = NONE,
			.cert = NONE,
		};

		if (runs(g, s) && !gather_covered(g, &r))
			return false;
	}
	return true;
}

bool ledger_revoked(const struct ledger *l, uint64_t size, int64_t at, const struct sig_pub *issuer, struct crl_entry **crl, size_t *crl_n,
	struct revoked **list, size_t *list_n, struct err *e)
{
	struct gather g = { .l = l, .size = size, .at = at };

	if (!profile_spki_digest(issuer, &g.issuer) || !gather_all(&g) || !gather_held(&g)) {
		free(g.crl.v);
		free(g.list.v);
		return err_memory(e);
	}
	once_each(&g);
	once_listed(&g);
	*crl = g.crl.v;
	*crl_n = g.crl.n;
	*list = g.list.v;
	*list_n = g.list.n;
	return true;
}

bool ledger_crl(const struct ledger *l, const struct signing_list *of, const struct sig_pub *issuer, struct buf *out, struct err *e)
{
	struct crl_entry *entries = NULL;
	struct revoked *list = NULL;
	size_t n, list_n;
	uint8_t ski[20];
	bool rc;

	if (of->size > ledger_size(l))
		return err_set(e, "behind", "the list is of %llu entries, and %llu are here", (unsigned long long)of->size,
			(unsigned long long)ledger_size(l));
	profile_ski(issuer, ski);
	rc = ledger_revoked(l, of->size, of->this_update, issuer, &entries, &n, &list, &list_n, e) &&
		(crl_build(&l->genesis, issuer->alg, ski, of->number, of->this_update, of->next_update, entries, n, out) || err_memory(e));
	free(entries);
	free(list);
	return rc;
}
