/* SPDX-License-Identifier: ISC
 * Records of renewals and recoveries: what was asked, by whom, and what a *yes* brought. */
#include <string.h>

#include "peer/issuance.h"
#include "peer/record_state.h"
#include "peer/recovery.h"
#include "peer/request.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

bool record_read_request(struct record *r, const struct at *at)
{
	static const char *const members[] = { "key", "elector", NULL };
	struct at holder;

	return at_jws(at, r->has_renewal ? "renewal" : "recovery", &r->request_jws) && at_member(at, "holder", &holder) &&
		at_only(&holder, members) && at_key(&holder, "key", &r->holder.key) && record_read_seat(r, &holder, &r->holder.seat);
}

/* The member stands in the electorate with the key that it had then. */
static bool held(struct record *r)
{
	const struct elector *el = &r->holder.seat.elector;
	struct digest thumb;

	jwk_thumbprint(&r->holder.key, &thumb);
	if (!same(&thumb, &el->key))
		return err_set(r->e, "wrong_key", "the member's key is not the one that stands in the electorate");
	if (id16_compare(&el->member, &r->proposal.member) != 0)
		return err_set(r->e, "record_mixed", "the record shows another member's place than that of whom it is about");
	return record_seat_holds(r, &r->holder.seat);
}

static bool asked_here(struct record *r, const struct digest *subject, const struct digest *genesis, const struct digest *charter,
	const struct id16 *member)
{
	return (same(subject, &r->proposal.subject) && same(genesis, &r->genesis) && record_charter_by(r, charter) != NULL &&
		       id16_compare(member, &r->proposal.member) == 0) ||
		err_set(r->e, "record_mixed", "the request is not the one that the proposal is about");
}

bool record_about_renewal(struct record *r)
{
	struct renewal x;

	if (!r->has_renewal)
		return err_set(r->e, "bad_record", "the proposal is about a renewal, and the record has none");
	if (r->proposal.again && !r->charter->membership.earlier_again)
		return err_set(r->e, "again_differs", "the renewal is decided by the admission, and the charter does not ask for that");
	if (!renewal_parse(&r->request_jws, &x, r->e) || !asked_here(r, &x.digest, &x.genesis, &x.charter, &x.member) || !held(r))
		return false;
	if (r->request_jws.n != 1)
		return err_set(r->e, "bad_jws", "a renewal has one signature, by its member's key");
	r->asked = r->holder.key;
	r->proposal.key = r->holder.seat.elector.key;
	return jws_verify(r->c, &r->request_jws, 0, &r->holder.key, r->e);
}

bool record_about_recovery(struct record *r)
{
	struct recovery x;

	if (!r->has_recovery)
		return err_set(r->e, "bad_record", "the proposal is about a recovery, and the record has none");
	if (!recovery_verify(r->c, &r->request_jws, &x, r->e) || !asked_here(r, &x.digest, &x.genesis, &x.charter, &x.member) || !held(r))
		return false;
	r->asked = x.key;
	return same(&x.thumb, &r->proposal.key) || err_set(r->e, "wrong_key", "the proposal names another key than its recovery");
}

bool record_rekeyed(struct record *r, const struct record_line *l)
{
	const struct entry *en = &l->entry;

	return (en->event == EVENT_REKEYED && same(&en->object, &r->decision.digest) && en->time == r->decision.decided &&
		       id16_compare(&en->member, &r->proposal.member) == 0 && same(&en->key, &r->proposal.key) &&
		       same(&en->old_key, &r->holder.seat.elector.key)) ||
		err_set(r->e, "entry_differs", "entry %llu ('%s') does not follow from the decision", (unsigned long long)en->index,
			event_name(en->event));
}

/* What the certificate says that the record has not shown is the notary's word, by the digest in the log; an audit of the log knows. */
bool record_repeats(struct record *r, const struct record_line *moved, struct issuance *out, char name[static 65])
{
	struct gmc_cert cert;

	out->name = name;
	name[0] = '\0';
	if (moved != NULL && (id16_compare(&moved->entry.member, &r->proposal.member) != 0 || moved->entry.time != r->decision.decided))
		return err_set(r->e, "entry_differs", "entry %llu moves another member, or at another time",
			(unsigned long long)moved->entry.index);
	if (!r->has_gmc)
		return true;
	if (cert_parse_gmc(buf_slice(&r->gmc), &cert) != CERT_OK || cert.name.n > 64)
		return err_set(r->e, "gmc_differs", "the certificate is not the one that the log intends");
	if (cert.name.n > 0)
		memcpy(name, cert.name.p, cert.name.n);
	name[cert.name.n] = '\0';
	out->node = cert.node;
	out->decision = cert.decision;
	return moved == NULL || id16_compare(&moved->entry.node, &cert.node) == 0 ||
		err_set(r->e, "gmc_differs", "the certificate has another node than the one that the member was given for it");
}
