/* SPDX-License-Identifier: ISC
 * A log as the signer gets it: items, one after the other. What is refused leaves no trace. */
#include "peer/ledger.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"

struct look {
	uint64_t size;
	struct digest root;
	size_t electors, charters;
};

static struct look look_at(const struct ledger *l)
{
	struct look out = { .size = ledger_size(l) };
	struct electorate el;

	CHECK(ledger_root(l, out.size, &out.root) && !ledger_root(l, out.size + 1, &out.root));
	CHECK(ledger_electorate(l, out.size, ledger_time(l), &el, NULL));
	out.electors = el.n;
	electorate_free(&el);
	out.charters = ledger_newest(l) == NULL ? 0 : ledger_newest(l)->version;
	return out;
}

static void same(const struct look *a, const struct look *b)
{
	CHECK(a->size == b->size && digest_compare(&a->root, &b->root) == 0 && a->electors == b->electors && a->charters == b->charters);
}

static void revoked(const struct ledger *l, const struct sig_pub *issuer)
{
	struct crl_entry *crl;
	struct revoked *list;
	size_t crl_n, list_n;

	CHECK(ledger_revoked(l, ledger_size(l), 0, issuer, &crl, &crl_n, &list, &list_n, NULL));
	free(crl);
	free(list);
}

static void one(struct ledger *l, const struct at *at)
{
	struct look before = look_at(l), after;
	struct buf entry = { 0 };
	struct at object, evidence;
	struct ledger_item item;
	struct err e = { 0 };

	if (!at_base64(at, "entry", 1, OBJECT_MAX, &entry) || !at_optional(at, "object", &object) ||
		!at_optional(at, "evidence", &evidence)) {
		buf_free(&entry);
		return;
	}
	item = (struct ledger_item){ buf_slice(&entry), object.v, evidence.v };
	ledger_mark(l);
	if (ledger_extend(l, handles(), &item, 0, &e)) {
		ledger_commit(l);
		CHECK(ledger_size(l) == before.size + 1);
	} else {
		refused(&e);
		ledger_rollback(l);
		after = look_at(l);
		same(&before, &after);
	}
	buf_free(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct err e = { 0 };
	json_t *doc = json_read(slice_of(p, n), 1 << 20, &e), *key = json_read(slice_str(fixed_issuer), 4096, NULL);
	struct at at = at_root(doc, &e), root = at_root(key, NULL), item;
	struct sig_pub issuer;
	struct digest genesis;
	struct ledger *l;
	size_t items = 0;

	CHECK(jwk_parse(&root, &issuer) && digest_parse(fixed_genesis, &genesis));
	l = ledger_new(&genesis, NULL);
	CHECK(l != NULL && ledger_issuer(l, &issuer, NULL));
	if (doc != NULL && at_array(&at, 0, 64, &items))
		for (size_t i = 0; i < items && at_element(&at, i, &item); i++)
			one(l, &item);
	revoked(l, &issuer);
	ledger_free(l);
	json_decref(doc);
	json_decref(key);
	return 0;
}
